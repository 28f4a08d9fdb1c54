import { COMMANDS } from 'holdfast/model'
import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import type { CommandForm } from './command-form.ts'
import { whole } from './written.ts'

const VERBS = ['confirm', 'extend', 'release', 'ship', 'cancel'] as const
export type ReservationVerb = (typeof VERBS)[number]

/** What a form says of a reservation. */
export interface Reserved {
  readonly id: string
  readonly productId: string
  readonly warehouseId: string
  readonly qty: number
  readonly owner: string | null
}

const MINUTE_MS = 60_000

/** What may be done in which state. */
export function possibleIn(status: string): readonly ReservationVerb[] {
  return VERBS.filter((verb) => (COMMANDS[verb].from as readonly string[]).includes(status))
}

function Described({ reserved }: { reserved: Reserved }) {
  const { qty, productId, warehouseId, owner } = reserved
  return (
    <>
      {number(qty)} <Name text={productId} /> in <Name text={warehouseId} />
      {owner !== null && (
        <>
          {' for '}
          <Name text={owner} />
        </>
      )}
      .
    </>
  )
}

type FormOf = (reserved: Reserved) => CommandForm

export const RESERVATION_FORMS: Readonly<
  Record<ReservationVerb, { readonly label: string; readonly form: FormOf }>
> = {
  confirm: {
    label: 'Sell',
    form: (reserved) => ({
      title: 'Sell what is held',
      about: (
        <>
          <Described reserved={reserved} /> What is not sold becomes available again.
        </>
      ),
      fields: [{ name: 'qty', label: 'Units', kind: 'quantity', initial: String(reserved.qty) }],
      submit: 'Sell',
      run: async ({ qty }, idempotencyKey) => {
        const units = whole(qty)
        const part = units === reserved.qty ? {} : { qty: units }
        const sold = await client.confirm({ reservationId: reserved.id, ...part, idempotencyKey })
        return (
          <>
            Sold {number(sold.qty)} <Name text={reserved.productId} />.
          </>
        )
      },
    }),
  },
  extend: {
    label: 'Extend',
    form: (reserved) => ({
      title: 'Hold for longer',
      about: <Described reserved={reserved} />,
      fields: [{ name: 'ttlMs', label: 'Minutes from now', kind: 'number', initial: '15' }],
      submit: 'Extend',
      run: async ({ ttlMs }, idempotencyKey) => {
        const forMs = whole(ttlMs) * MINUTE_MS
        await client.extend({ reservationId: reserved.id, ttlMs: forMs, idempotencyKey })
        return `Held for ${ttlMs} more minutes.`
      },
    }),
  },
  release: {
    label: 'Release',
    form: (reserved) => ({
      title: 'Release this hold?',
      about: (
        <>
          <Described reserved={reserved} /> The units become available to everybody.
        </>
      ),
      fields: [],
      submit: 'Release',
      isFinal: true,
      run: async (_, idempotencyKey) => {
        await client.release({ reservationId: reserved.id, idempotencyKey })
        return (
          <>
            Released {number(reserved.qty)} <Name text={reserved.productId} />.
          </>
        )
      },
    }),
  },
  ship: {
    label: 'Ship',
    form: (reserved) => ({
      title: 'Has it left the building?',
      about: <Described reserved={reserved} />,
      fields: [],
      submit: 'Ship',
      isFinal: true,
      run: async (_, idempotencyKey) => {
        await client.ship({ reservationId: reserved.id, idempotencyKey })
        return (
          <>
            Shipped {number(reserved.qty)} <Name text={reserved.productId} />.
          </>
        )
      },
    }),
  },
  cancel: {
    label: 'Cancel',
    form: (reserved) => ({
      title: 'Cancel this sale?',
      about: (
        <>
          <Described reserved={reserved} /> The units become available again.
        </>
      ),
      fields: [],
      submit: 'Cancel the sale',
      isFinal: true,
      run: async (_, idempotencyKey) => {
        await client.cancel({ reservationId: reserved.id, idempotencyKey })
        return (
          <>
            Cancelled: {number(reserved.qty)} <Name text={reserved.productId} /> are available
            again.
          </>
        )
      },
    }),
  },
}
