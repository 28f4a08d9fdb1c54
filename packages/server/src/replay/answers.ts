import type { AtomicAnswer, Refused } from 'holdfast'
import { Failure } from '../cli/failure.ts'
import type { Unshipped } from './unshipped.ts'

/** The holds that a command made; none for returns and write-offs. */
export function heldBy(answer: object): Unshipped[] {
  if ('answers' in answer) return (answer as AtomicAnswer).answers.flatMap(heldBy)
  if (!('reservations' in answer)) return []
  const { reservations } = answer as { reservations: readonly { readonly id: string }[] }
  return reservations.map(({ id }) => ({ reservationId: id, confirmed: false }))
}

/** The only refusal that a replay expects: everything else is checked before. */
export function mustBeSoldOut({ code, message }: Pick<Refused, 'code' | 'message'>): void {
  if (code !== 'INSUFFICIENT_STOCK')
    throw new Failure(`the replay cannot go on: ${code}: ${message}`)
}
