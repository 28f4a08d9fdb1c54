import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../model/commands/commands.ts'
import { InsufficientStockError } from '../../model/errors.ts'
import { newHold } from '../../model/reservation.ts'
import type { Outcome } from './job.ts'
import { outcomeOf, storedAnswer } from './stored-answer.ts'

const AT = 1_795_435_119_909
const COMMAND = {
  verb: 'reserve',
  warehouseId: 'SF',
  productId: 'SOCK "red"',
  qty: 2,
  ttlMs: 60_000,
} as const
const HOLD = {
  ...newHold({
    ...{ id: '00000000-0000-806c-8001-782a94099ef0', warehouseId: 'SF', productId: 'SOCK "red"' },
    ...{ qty: 2, owner: null, createdAt: AT, expiresAt: AT + 60_000 },
  }),
  seq: 108,
}

function keep(outcome: Outcome, command: Command = COMMAND): { answer: string; again: Outcome } {
  const answer = storedAnswer(outcome, command, AT)
  return { answer, again: outcomeOf({ key: 'k', fingerprint: 'f', answer, at: AT }, command) }
}

test('a hold is stored in short form, and restored exactly', () => {
  for (const owner of [null, 'ann']) {
    const command = owner === null ? COMMAND : { ...COMMAND, owner }
    const { answer, again } = keep({ ok: true, value: { ...HOLD, owner } }, command)
    ok(answer.length < 70, answer)
    equal(
      JSON.stringify(again),
      JSON.stringify({ ok: true, value: { ...HOLD, owner }, replayed: true }),
    )
  }
})

test('an answer that the command does not determine is stored whole', () => {
  const others = [
    { ...HOLD, warehouseId: 'NYC' },
    { ...HOLD, productId: 'HAT' },
    { ...HOLD, qty: 1 },
    { ...HOLD, status: 'EXPIRED' },
    { ...HOLD, owner: 'ann' },
    { ...HOLD, createdAt: AT - 1 },
    { ...HOLD, group: 'order-7' },
    { ...HOLD, replaces: HOLD.id },
    { answers: [HOLD], seq: 108 },
  ]
  for (const value of others)
    deepEqual(keep({ ok: true, value }).again, { ok: true, value, replayed: true })
  const confirmed = { ok: true, value: { ...HOLD, status: 'CONFIRMED' } } as const
  deepEqual(keep(confirmed, { verb: 'confirm', reservationId: HOLD.id }).again, {
    ...confirmed,
    replayed: true,
  })
})

test('a refusal is restored as a refusal', () => {
  const details = { productId: 'MUG', requested: 2, available: 1 }
  const error = new InsufficientStockError('not enough', details)
  const { again } = keep({ ok: false, error })
  ok(!again.ok && again.error instanceof InsufficientStockError)
  deepEqual(again.error.toJSON(), error.toJSON())
  equal(again.error.replayed, true)
})
