import { uptime } from 'node:os'

/**
 * Milliseconds since the machine started, including sleep; null if `performance.now` includes sleep itself.
 *
 * On Linux, `performance.now` reads CLOCK_MONOTONIC, which stops while the machine sleeps, and `os.uptime` reads
 * /proc/uptime, which does not stop. On macOS (mach_continuous_time) and Windows (QueryPerformanceCounter)
 * `performance.now` continues. On macOS, `os.uptime` is the wall clock minus the start time, so it cannot be used to
 * check the wall clock.
 */
export const machineUptime: (() => number) | null =
  process.platform === 'linux' ? () => uptime() * 1000 : null
