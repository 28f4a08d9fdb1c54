import { model } from '../live/model.ts'
import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import { ASIDE_FORMS } from './aside-forms.tsx'
import { keptOf, type Lines } from './lines.ts'
import {
  newProduct,
  place,
  product,
  units,
  unitsAndWhy,
  type Known,
  type StockForm,
} from './stock-form.ts'
import { warehouseField } from './warehouse-field.ts'
import { optional, optionalWhole, productOf, whole, written } from './written.ts'

export type StockVerb =
  | 'addStock'
  | 'removeStock'
  | 'countStock'
  | 'transfer'
  | 'reserve'
  | keyof typeof ASIDE_FORMS

const MINUTE_MS = 60_000

/** The warehouse on the page, else that of the last line. */
function firstOf(form: Lines['form'], { warehouseId }: Known): string | undefined {
  return warehouseId ?? keptOf(form).values['warehouseId']
}

/** A form opened for one product has no further lines. */
function linesOf({ productId }: Known, lines: Lines): Lines | undefined {
  return productId === '' ? lines : undefined
}

function otherThan(warehouseId: string | undefined): string | undefined {
  return model.warehouses.value.find(({ id }) => id !== warehouseId)?.id
}

export const STOCK_FORMS: Readonly<Record<StockVerb, StockForm>> = {
  ...ASIDE_FORMS,
  addStock: {
    label: 'Receive',
    form: (known) => ({
      title: 'Receive stock',
      about: (
        <>
          Units come in with a delivery. For what a customer returns, use <em>Take back</em> at its
          reservation.
        </>
      ),
      fields: [
        newProduct(known),
        warehouseField({ first: firstOf('addStock', known) }),
        units(),
        {
          name: 'source',
          label: 'From',
          kind: 'text',
          initial: keptOf('addStock').values['source'] ?? 'SUPPLIER',
        },
        { name: 'aside', label: 'Set them aside: they may not be sold', kind: 'yes' },
      ],
      submit: 'Receive',
      lines: linesOf(known, { form: 'addStock', fields: ['warehouseId', 'source', 'aside'] }),
      run: async (values, idempotencyKey) => {
        const qty = whole(values['qty'])
        const source = written('source', values)
        const isAside = values['aside'] === 'yes'
        const { available, unsellable } = await client.addStock({
          ...place(values),
          qty,
          source,
          ...(isAside ? { into: 'unsellable' } : {}),
          idempotencyKey,
        })
        return (
          <>
            Received {number(qty)} <Name text={productOf(values)} />:{' '}
            {isAside ? `${number(unsellable)} unsellable` : `${number(available)} available`} now.
          </>
        )
      },
    }),
  },
  removeStock: {
    label: 'Remove',
    form: (known) => ({
      title: 'Remove stock',
      about: 'Units leave the building unsold. Only available units can be removed.',
      fields: unitsAndWhy(known),
      submit: 'Remove',
      run: async (values, idempotencyKey) => {
        const qty = whole(values['qty'])
        const reason = written('reason', values)
        const { available } = await client.removeStock({
          ...place(values),
          qty,
          reason,
          idempotencyKey,
        })
        return (
          <>
            Removed {number(qty)} <Name text={productOf(values)} />: {number(available)} available
            now.
          </>
        )
      },
    }),
  },
  countStock: {
    label: 'Count',
    form: (known) => ({
      title: 'Count stock',
      about:
        'Sets the stock to what was counted on the shelf, reserved and unsellable units included.',
      fields: [
        newProduct(known),
        warehouseField({ first: firstOf('countStock', known) }),
        { name: 'onHand', label: 'Counted on the shelf', kind: 'quantity' },
        {
          name: 'unsellable',
          label: 'Unsellable among them (if you like)',
          kind: 'quantity',
          mayBeEmpty: true,
          hint: 'Damaged, quarantined, samples. Left empty, as many as before.',
        },
        {
          name: 'reason',
          label: 'Why (if you like)',
          kind: 'text',
          initial: keptOf('countStock').values['reason'] ?? '',
        },
      ],
      submit: 'Enter the count',
      lines: linesOf(known, { form: 'countStock', fields: ['warehouseId', 'reason'] }),
      run: async (values, idempotencyKey) => {
        const counted = { ...place(values), onHand: whole(values['onHand']), idempotencyKey }
        const { onHand, available } = await client.countStock({
          ...counted,
          ...optionalWhole('unsellable', values),
          ...optional('reason', values),
        })
        return (
          <>
            Counted {number(onHand)} <Name text={productOf(values)} />: {number(available)}{' '}
            available now.
          </>
        )
      },
    }),
  },
  transfer: {
    label: 'Transfer',
    form: (known) => ({
      title: 'Transfer stock',
      about:
        'Available units move to another warehouse, immediately or once somebody has approved it. What is held or sold stays.',
      fields: [
        product(known),
        warehouseField({ name: 'fromWarehouseId', label: 'From', first: known.warehouseId }),
        warehouseField({
          name: 'toWarehouseId',
          label: 'To',
          first: otherThan(known.warehouseId ?? model.warehouses.value[0]?.id),
        }),
        units(),
        { name: 'requiresApproval', label: 'Somebody has to approve it', kind: 'yes' },
      ],
      submit: 'Transfer',
      run: async (values, idempotencyKey) => {
        const { status, qty } = await client.transfer({
          productId: productOf(values),
          fromWarehouseId: values['fromWarehouseId'] ?? '',
          toWarehouseId: values['toWarehouseId'] ?? '',
          qty: whole(values['qty']),
          requiresApproval: values['requiresApproval'] === 'yes',
          idempotencyKey,
        })
        return status === 'APPROVED' ? (
          <>
            Transferred {number(qty)} <Name text={productOf(values)} />.
          </>
        ) : (
          <>
            Requested: {number(qty)} <Name text={productOf(values)} />, to be approved.
          </>
        )
      },
    }),
  },
  reserve: {
    label: 'Hold',
    form: (known) => ({
      title: 'Hold stock',
      about: 'Keeps units for somebody, for a while; nobody else can have them meanwhile.',
      fields: [
        product(known),
        warehouseField({ first: known.warehouseId, mayBe: ({ sells }) => sells }),
        units(),
        { name: 'ttlMs', label: 'For how many minutes', kind: 'number', initial: '15' },
        { name: 'owner', label: 'For whom (if you like)', kind: 'text' },
      ],
      submit: 'Hold',
      run: async (values, idempotencyKey) => {
        const { qty } = await client.reserve({
          ...place(values),
          qty: whole(values['qty']),
          ttlMs: whole(values['ttlMs']) * MINUTE_MS,
          ...optional('owner', values),
          idempotencyKey,
        })
        return (
          <>
            Holding {number(qty)} <Name text={productOf(values)} />.
          </>
        )
      },
    }),
  },
}
