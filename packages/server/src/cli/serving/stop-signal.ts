/**
 * Resolves with the first reason to stop: a signal, or the end of the process that started this one (see
 * bin/parent.cjs). A second signal ends the process at once.
 */
export function untilToldToStop(): Promise<string> {
  return new Promise((resolve) => {
    let told = false
    const stop = (signal: NodeJS.Signals): void => {
      if (told) process.exit(1)
      told = true
      resolve(signal)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
    process.on('SIGHUP', stop)
    process.on('orphaned', () => resolve('the process that started it has ended'))
  })
}
