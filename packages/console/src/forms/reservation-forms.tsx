import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import { count, number } from '../text/numbers.ts'
import type { CommandForm } from './command-form.ts'
import type { FieldSpec } from './field.tsx'
import { changeOwnerForm, moveForm, takeBackForm } from './reservation-changes.tsx'
import { Described } from './reservation-described.tsx'
import { openOf, type ReservationVerb, type Reserved } from './reserved.ts'
import { whole } from './written.ts'

type FormOf = (reserved: Reserved) => CommandForm

const MINUTE_MS = 60_000

/** A part, or all that is open. The number in the field is what is done, whatever changes meanwhile. */
function part({ open }: Reserved, label = 'Units'): FieldSpec {
  const hint = open > 1 ? { hint: `All ${number(open)}, or a part of them.` } : {}
  return { name: 'qty', label, kind: 'quantity', initial: String(open), ...hint }
}

/** “, 2 still to ship” */
function still(units: number, what: string): string {
  return units === 0 ? '' : `, ${number(units)} ${what}`
}

export const RESERVATION_FORMS: Readonly<
  Record<
    ReservationVerb,
    { readonly label: (state: string) => string; readonly form: (state: string) => FormOf }
  >
> = {
  confirm: {
    label: (state) => (state === 'EXPIRED' ? 'Sell after all' : 'Sell'),
    form: (state) => (state === 'EXPIRED' ? sellAfterAllForm : sellForm),
  },
  extend: { label: () => 'Extend', form: () => extendForm },
  release: { label: () => 'Release', form: () => releaseForm },
  ship: { label: () => 'Ship', form: () => shipForm },
  cancel: { label: () => 'Cancel', form: () => cancelForm },
  returnGoods: { label: () => 'Take back', form: () => takeBackForm },
  moveReservation: { label: () => 'Move', form: () => moveForm },
  changeOwner: { label: () => 'Change owner', form: () => changeOwnerForm },
}

const sellForm: FormOf = (reserved) => ({
  title: 'Sell what is held',
  about: (
    <>
      <Described reserved={reserved} /> What is not sold becomes available again, or stays held.
    </>
  ),
  fields: [
    part(reserved),
    ...(reserved.open > 1
      ? [{ name: 'rest', label: 'Keep holding the rest', kind: 'yes' } as const]
      : []),
  ],
  submit: 'Sell',
  run: async ({ qty, rest }, idempotencyKey) => {
    const units = whole(qty)
    const held = await client.confirm({
      reservationId: reserved.id,
      qty: units,
      ...(rest === 'yes' ? { rest: 'hold' } : {}),
      idempotencyKey,
    })
    return (
      <>
        Sold {number(units)} <Name text={reserved.productId} />
        {rest === 'yes'
          ? still(held.rest?.qty ?? 0, 'still held')
          : still(reserved.open - units, 'available again')}
        .
      </>
    )
  },
})

/** For an expired hold: takes as many units again, if there are enough. */
const sellAfterAllForm: FormOf = (reserved) => ({
  title: 'Sell although the hold has ended',
  about: (
    <>
      <Described reserved={reserved} units={reserved.qty} /> Nothing is held any more: units that
      are available now are sold instead. If there are too few, none are sold.
    </>
  ),
  fields: [part({ ...reserved, open: reserved.qty })],
  submit: 'Sell',
  run: async ({ qty }, idempotencyKey) => {
    const units = whole(qty)
    const { id: reservationId } = reserved
    await client.confirm({ reservationId, qty: units, reacquire: true, idempotencyKey })
    return (
      <>
        Sold {number(units)} <Name text={reserved.productId} /> from what was available.
      </>
    )
  },
})

const extendForm: FormOf = (reserved) => ({
  title: 'Hold for longer',
  about: <Described reserved={reserved} />,
  fields: [{ name: 'ttlMs', label: 'Minutes from now', kind: 'number', initial: '15' }],
  submit: 'Extend',
  run: async ({ ttlMs }, idempotencyKey) => {
    const forMs = whole(ttlMs) * MINUTE_MS
    await client.extend({ reservationId: reserved.id, ttlMs: forMs, idempotencyKey })
    return `Held for ${count(whole(ttlMs), 'minute')} from now.`
  },
})

const releaseForm: FormOf = (reserved) => ({
  title: 'Release this hold?',
  about: (
    <>
      <Described reserved={reserved} /> The units become available to everybody.
    </>
  ),
  fields: [part(reserved)],
  submit: 'Release',
  isFinal: true,
  run: async ({ qty }, idempotencyKey) => {
    const units = whole(qty)
    const left = await client.release({ reservationId: reserved.id, qty: units, idempotencyKey })
    return (
      <>
        Released {number(units)} <Name text={reserved.productId} />
        {still(openOf(left), 'still held')}.
      </>
    )
  },
})

const shipForm: FormOf = (reserved) => ({
  title: 'Has it left the building?',
  about: <Described reserved={reserved} />,
  fields: [part(reserved)],
  submit: 'Ship',
  isFinal: true,
  run: async ({ qty }, idempotencyKey) => {
    const units = whole(qty)
    const left = await client.ship({ reservationId: reserved.id, qty: units, idempotencyKey })
    return (
      <>
        Shipped {number(units)} <Name text={reserved.productId} />
        {still(openOf(left), 'still to ship')}.
      </>
    )
  },
})

const cancelForm: FormOf = (reserved) => ({
  title: 'Cancel this sale?',
  about: (
    <>
      <Described reserved={reserved} /> The units become available again.
    </>
  ),
  fields: [part(reserved)],
  submit: 'Cancel the sale',
  isFinal: true,
  run: async ({ qty }, idempotencyKey) => {
    const units = whole(qty)
    const left = await client.cancel({ reservationId: reserved.id, qty: units, idempotencyKey })
    return (
      <>
        Cancelled {number(units)} <Name text={reserved.productId} />
        {still(openOf(left), 'still to ship')}.
      </>
    )
  },
})
