import { uptime } from 'node:os'

/**
 * Milliseconds since the machine started, with its sleep; null where `performance.now` counts that itself.
 *
 * On Linux `performance.now` reads CLOCK_MONOTONIC, which stands still while the machine sleeps, and
 * `os.uptime` reads /proc/uptime, which does not. On macOS (mach_continuous_time) and Windows
 * (QueryPerformanceCounter) `performance.now` goes on. And on macOS `os.uptime` is the wall clock less the
 * time of the start, so it would vouch for the very clock that it is to be held against.
 */
export const machineUptime: (() => number) | null =
  process.platform === 'linux' ? () => uptime() * 1000 : null
