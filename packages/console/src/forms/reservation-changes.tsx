import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import type { CommandForm } from './command-form.ts'
import { Described } from './reservation-described.tsx'
import type { Reserved } from './reserved.ts'
import { warehouseField } from './warehouse-field.ts'
import { optional, whole } from './written.ts'

export function moveForm(reserved: Reserved): CommandForm {
  const { id: reservationId, productId, warehouseId, open } = reserved
  return {
    title: 'Serve it from another warehouse',
    about: (
      <>
        <Described reserved={reserved} /> No goods move: units of the other warehouse are taken
        instead, and these become available.
      </>
    ),
    fields: [
      warehouseField({
        name: 'toWarehouseId',
        label: 'Warehouse',
        mayBe: ({ id, sells }) => sells && id !== warehouseId,
      }),
    ],
    submit: 'Move',
    run: async ({ toWarehouseId = '' }, idempotencyKey) => {
      await client.moveReservation({ reservationId, toWarehouseId, idempotencyKey })
      return (
        <>
          Moved: {number(open)} <Name text={productId} />, now from <Name text={toWarehouseId} />.
        </>
      )
    },
  }
}

export function changeOwnerForm(reserved: Reserved): CommandForm {
  const { id: reservationId, productId, open } = reserved
  return {
    title: 'Change the owner',
    about: (
      <>
        <Described reserved={reserved} /> No unit moves.
      </>
    ),
    fields: [{ name: 'owner', label: 'For whom', kind: 'text', initial: reserved.owner ?? '' }],
    submit: 'Change owner',
    run: async ({ owner = '' }, idempotencyKey) => {
      await client.changeOwner({ reservationId, owner: owner.trim(), idempotencyKey })
      return (
        <>
          Changed owner: {number(open)} <Name text={productId} />, now for{' '}
          <Name text={owner.trim()} />.
        </>
      )
    },
  }
}

/** Takes back goods that a customer returns. */
export function takeBackForm(reserved: Reserved): CommandForm {
  const { id: reservationId, productId, away } = reserved
  return {
    title: 'Take back what was shipped',
    about: <Described reserved={reserved} units={away} />,
    fields: [
      { name: 'qty', label: 'Units', kind: 'quantity', initial: String(away) },
      {
        name: 'into',
        label: 'Where they go',
        kind: 'choice',
        initial: 'unsellable',
        choices: [
          { value: 'unsellable', label: 'Set aside, to be looked at' },
          { value: 'available', label: 'Back on the shelf, for sale' },
        ],
      },
      { name: 'reason', label: 'Why (if you like)', kind: 'text' },
    ],
    submit: 'Take back',
    run: async (values, idempotencyKey) => {
      const qty = whole(values['qty'])
      const into = values['into'] === 'available' ? 'available' : 'unsellable'
      const why = optional('reason', values)
      await client.returnGoods({ reservationId, qty, into, ...why, idempotencyKey })
      return (
        <>
          Took back {number(qty)} <Name text={productId} />:{' '}
          {into === 'available' ? 'for sale again' : 'set aside'}.
        </>
      )
    },
  }
}
