import { InventoryError, OperationalError } from 'holdfast'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure, Refusal } from '../failure.ts'
import { json } from './json.ts'
import { print, say } from './streams.ts'

const HINTS: Readonly<Record<string, string>> = {
  STORE_LOCKED:
    'Stop that process (a service: with Ctrl-C or SIGTERM), or send the change to the\nservice with --url. Reads work meanwhile (stock, audit, explain, verify, export,\nbackup, …), unless the file was moved while it was open.',
  STORE_DAMAGED:
    'See what is wrong with: holdfast verify. Keep a copy, and try: holdfast rebuild,\nwhich loses nothing. If that fails, restore the newest backup that verifies.',
  STORE_OLDER:
    'Start a new one: `holdfast export` with the version that made it, then\n`holdfast import` with this one.',
  CLOCK_BEHIND:
    "Set this machine's clock right; stock that expires by a wrong clock is sold\ntwice. If the clock was wrong before and is right now: holdfast serve\n--allow-clock-behind.",
}

/** Reports why a run failed: a refusal in one line (or as JSON on stdout), a failure with a hint. */
export async function reportError(
  error: unknown,
  asJson: boolean,
  tell: (text: string) => void = say,
): Promise<ExitCode> {
  if (error instanceof InventoryError || error instanceof Refusal) {
    const { code, message, details } = error
    if (asJson) await print(json({ ok: false, code, message, details }))
    else tell(`refused: ${code}: ${message}${whichOf(details)}`)
    return EXIT.refused
  }
  const { code, message, details } = plain(error)
  if (asJson) await print(json({ ok: false, code, message, details }))
  tell(`failed: ${code === 'FAILED' ? '' : `${code}: `}${message}`)
  const hint = error instanceof Failure ? error.hint : HINTS[code]
  if (hint !== undefined) tell(hint)
  if (process.env['HOLDFAST_DEBUG'] && error instanceof Error) tell(error.stack ?? '')
  return EXIT.failed
}

/** The refused command of a list, counted from 1. */
function whichOf({ index }: Readonly<Record<string, unknown>>): string {
  return typeof index === 'number' ? ` (command ${index + 1})` : ''
}

function plain(error: unknown): { code: string; message: string; details: object } {
  if (error instanceof OperationalError) return error
  const message = error instanceof Error ? error.message : String(error)
  return { code: error instanceof Failure ? error.code : 'FAILED', message, details: {} }
}
