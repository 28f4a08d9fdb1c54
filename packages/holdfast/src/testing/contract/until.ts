import { ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/** Waits until a condition holds, at most ten seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    ok(tries < 2_000, `not in ten seconds: ${what}`)
    await pause(5)
  }
}
