import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { KIND, type Kind } from './kinds.ts'
import { PostedNumbers } from './posted-numbers.ts'

interface Posting {
  readonly kind: Kind
  readonly key: number
  readonly found: number
}

test('a key’s numbers are found, whatever was posted, dropped and forgotten before', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const d = dice(seed)
    const kinds = [KIND.reservationOfOwner, KIND.reservationOfLevel]
    const keys = [0, 1, 2, 2 ** 32 - 1, ...Array.from({ length: 3000 }, () => d.below(2 ** 32))]
    let numbers = new PostedNumbers()
    let all: (Posting | null)[] = []
    for (let step = 0; step < 40_000; step++) {
      const posting = { kind: d.pick(kinds), key: d.pick(keys), found: d.below(2 ** 32) * 2 ** 20 }
      numbers.post(posting.kind, posting.key, posting.found)
      all.push(posting)
      if (step % 1000 !== 999) continue
      const isGone = (found: number): boolean => found % 3 === 0
      const { kind, key } = posting
      numbers.drop(kind, key, isGone)
      all = all.map((one) =>
        one?.kind === kind && one.key === key && isGone(one.found) ? null : one,
      )
      if (d.chance(30)) {
        const count = d.below(all.length)
        numbers.forget(count)
        all = all.slice(count)
      }
      if (d.chance(30)) numbers = numbers.copy()
      equal(numbers.count, all.length)
      const wanted = [d.pick(keys), d.pick(keys)]
      for (const one of kinds)
        deepEqual(
          numbers.find(one, new Set(wanted)).sort(inOrder),
          [...new Set(wanted)].flatMap((of) => foundOf(all, one, of)).sort(inOrder),
        )
      const from = d.below(all.length)
      const rest: Posting[] = []
      numbers.postTo(
        (...[of, under, found]) => rest.push({ kind: of, key: under, found }),
        from,
        all.length,
      )
      deepEqual(
        rest,
        all.slice(from).filter((left) => left !== null),
      )
    }
  }
})

test('what it takes to find a key’s numbers does not depend on those of other keys', () => {
  const [few, many] = [500, 300_000].map((others) => {
    const numbers = new PostedNumbers()
    for (let number = 1; number <= others; number++) {
      numbers.post(KIND.reservationOfOwner, Math.imul(number, 0x9e37_79b1) >>> 0, number)
      if (number % 100 === 0) numbers.post(KIND.reservationOfGroup, number, number)
    }
    // Until all are chained.
    for (let find = 0; find < 30; find++) numbers.find(KIND.reservationOfGroup, new Set([0]))
    const times = Array.from({ length: 200 }, (_, time) => {
      const began = performance.now()
      for (let find = 0; find < 20; find++)
        equal(numbers.find(KIND.reservationOfGroup, new Set([100 + 100 * (time % 5)])).length, 1)
      return performance.now() - began
    })
    return times.sort((a, b) => a - b)[100]!
  })
  ok(many! < 20 * few!, `${many} ms among many, ${few} ms among few`)
})

function inOrder(a: number, b: number): number {
  return a - b
}

function foundOf(all: readonly (Posting | null)[], kind: Kind, key: number): number[] {
  return all.flatMap((one) => (one?.kind === kind && one.key === key ? [one.found] : []))
}
