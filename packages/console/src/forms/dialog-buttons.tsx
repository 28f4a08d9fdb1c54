import type { CommandForm } from './command-form.ts'
import type { Giving } from './giving.ts'
import type { Leaving } from './leaving.ts'

interface DialogButtonsProps {
  readonly form: CommandForm
  readonly giving: Giving
  readonly leaving: Leaving
  /** Whether lines were sent: then what is there is done. */
  readonly hasLines: boolean
}

/** The way back, and the one that gives the command. */
export function DialogButtons({ form, giving, leaving, hasLines }: DialogButtonsProps) {
  const { isBusy, isInDoubt } = giving
  const { isLeaving, leave } = leaving
  return (
    <p class="actions">
      <button type="button" aria-disabled={isLeaving} onClick={leave}>
        {isLeaving ? 'One moment…' : hasLines ? 'Done' : 'Back'}
      </button>
      <button
        type="submit"
        class={form.isFinal === true ? 'primary final' : 'primary'}
        aria-disabled={isBusy}
      >
        {isBusy ? 'One moment…' : isInDoubt ? 'Try again' : form.submit}
      </button>
    </p>
  )
}
