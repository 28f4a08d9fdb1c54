/** Resolves with the first signal that asks to stop; the second one no longer asks. */
export function untilToldToStop(): Promise<NodeJS.Signals> {
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
  })
}
