const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Work that leaves nothing half done if its signal aborts. The process is told to end: it ends once the work has.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController()
  const stop = (signal: NodeJS.Signals): void => interrupted.abort(signal)
  for (const each of SIGNALS) process.on(each, stop)
  try {
    return await work(interrupted.signal)
  } finally {
    for (const each of SIGNALS) process.off(each, stop)
    if (interrupted.signal.aborted)
      process.kill(process.pid, interrupted.signal.reason as NodeJS.Signals)
  }
}
