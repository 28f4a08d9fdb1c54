import { EXIT } from '../exit-code.ts'
import { clean } from './clean.ts'
import { clearProgress } from './progress.ts'

let readerIsGone = false

/** `holdfast audit | head`: it is not an error if the reader stops reading. A full disk is. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && !readerIsGone) {
    say(`failed: stdout cannot be written: ${error.message}`)
    process.on('exit', () => (process.exitCode = EXIT.failed))
  }
  readerIsGone = true
})

// Nobody can be told that stderr takes nothing.
process.stderr.on('error', () => undefined)

/** Whether nobody gets what is written to stdout any more, so that a long output can stop. */
export function nobodyReads(): boolean {
  return readerIsGone
}

/** Prints data to stdout, as fast as its reader takes it. */
export async function print(text: string, end: string = '\n'): Promise<void> {
  if (readerIsGone) return
  clearProgress()
  if (process.stdout.write(text + end)) return
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      process.stdout.off('drain', goOn).off('error', goOn).off('close', goOn)
      resolve()
    }
    process.stdout.on('drain', goOn).on('error', goOn).on('close', goOn)
  })
}

/** Prints a message to stderr. */
export function say(text: string): void {
  clearProgress()
  process.stderr.write(`${text.split('\n').map(clean).join('\n')}\n`)
}
