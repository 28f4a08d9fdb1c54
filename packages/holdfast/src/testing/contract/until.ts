import { ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/** Waits for something that happens by itself, soon. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    ok(tries < 1000, `not in five seconds: ${what}`)
    await pause(5)
  }
}
