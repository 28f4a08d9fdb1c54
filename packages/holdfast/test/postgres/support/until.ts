import { ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/** Waits until it holds, and answers for how long; fails where that takes too long. */
export async function until(done: () => boolean | Promise<boolean>, ms = 30_000): Promise<number> {
  const began = performance.now()
  while (!(await done())) {
    ok(performance.now() - began < ms, `not within ${ms} ms: ${done.toString()}`)
    await pause(5)
  }
  return performance.now() - began
}
