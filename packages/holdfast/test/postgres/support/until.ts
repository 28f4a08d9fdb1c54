import { ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/** Waits until a condition holds, and resolves with how long that took; fails if it takes too long. */
export async function until(done: () => boolean | Promise<boolean>, ms = 30_000): Promise<number> {
  const began = performance.now()
  while (!(await done())) {
    ok(performance.now() - began < ms, `not within ${ms} ms: ${done.toString()}`)
    await pause(5)
  }
  return performance.now() - began
}
