import { ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    ok(performance.now() < deadline, `not in ${withinMs} ms: ${what}`)
    await pause(10)
  }
}
