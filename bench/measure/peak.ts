import { readFileSync } from 'node:fs'

/** This process's peak memory in MiB. On Linux `maxRSS` includes the parent's peak at the fork; this starts with the program. */
export function peakMiB(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1024
  } catch {
    return process.resourceUsage().maxRSS / 1024
  }
}
