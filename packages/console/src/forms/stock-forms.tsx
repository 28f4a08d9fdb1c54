import { model } from '../live/model.ts'
import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import type { CommandForm, Values } from './command-form.ts'
import type { FieldSpec } from './field.tsx'
import { keptOf, type Lines } from './lines.ts'
import { productOf, whole } from './written.ts'

export type StockVerb = 'addStock' | 'removeStock' | 'countStock' | 'transfer' | 'reserve'

/** What is known already when a form is opened. */
interface Known {
  readonly productId: string
  readonly warehouseId: string | undefined
}

interface StockForm {
  readonly label: string
  readonly form: (known: Known) => CommandForm
}

const MINUTE_MS = 60_000

function product({ productId }: Known): FieldSpec {
  return { name: 'productId', label: 'Product', kind: 'product', initial: productId }
}

/** One that need not be there: the command makes it. */
function newProduct(known: Known): FieldSpec {
  return { ...product(known), mayBeNew: true }
}

/** What the reader looks at comes first, then what stood in the last line. */
function after(form: string, { productId, warehouseId }: Known): Known {
  const { warehouseId: last } = keptOf(form).values
  const isThere = model.warehouses.value.some(({ id }) => id === last)
  return { productId, warehouseId: warehouseId ?? (isThere ? last : undefined) }
}

/** A form that was opened for one product is about that one. */
function linesOf({ productId }: Known, lines: Lines): Lines | undefined {
  return productId === '' ? lines : undefined
}

function warehouse(
  { warehouseId }: Known,
  name = 'warehouseId',
  label = 'Warehouse',
  besides?: string,
): FieldSpec {
  const all = model.warehouses.value
  const choices = all.map(({ id, name: called }) => ({
    value: id,
    label: called === id ? id : `${called} (${id})`,
  }))
  const first = all.find(({ id }) => id !== besides)?.id ?? ''
  return { name, label, kind: 'choice', choices, initial: warehouseId ?? first }
}

const units = (label = 'Units'): FieldSpec => ({ name: 'qty', label, kind: 'quantity' })

function place(values: Values): { productId: string; warehouseId: string } {
  return { productId: productOf(values), warehouseId: values['warehouseId'] ?? '' }
}

/** Left out where nothing is written. */
function optional<K extends string>(name: K, values: Values): { [key in K]?: string } {
  const text = values[name]?.trim() ?? ''
  return (text === '' ? {} : { [name]: text }) as { [key in K]?: string }
}

export const STOCK_FORMS: Readonly<Record<StockVerb, StockForm>> = {
  addStock: {
    label: 'Receive',
    form: (known) => ({
      title: 'Receive stock',
      about: 'Units come in: a delivery, or a customer’s return.',
      fields: [
        newProduct(known),
        warehouse(after('addStock', known)),
        units(),
        {
          name: 'source',
          label: 'From',
          kind: 'text',
          initial: keptOf('addStock').values['source'] ?? 'SUPPLIER',
        },
      ],
      submit: 'Receive',
      lines: linesOf(known, { form: 'addStock', fields: ['warehouseId', 'source'] }),
      run: async (values, idempotencyKey) => {
        const qty = whole(values['qty'])
        const source = values['source'] ?? ''
        const { available } = await client.addStock({
          ...place(values),
          qty,
          source,
          idempotencyKey,
        })
        return (
          <>
            Received {number(qty)} <Name text={productOf(values)} />: {number(available)} available
            now.
          </>
        )
      },
    }),
  },
  removeStock: {
    label: 'Remove',
    form: (known) => ({
      title: 'Remove stock',
      about: 'Units leave the building unsold. Only available ones can; holds stay.',
      fields: [
        product(known),
        warehouse(known),
        units(),
        { name: 'reason', label: 'Why', kind: 'text', initial: 'DAMAGED' },
      ],
      submit: 'Remove',
      run: async (values, idempotencyKey) => {
        const qty = whole(values['qty'])
        const reason = values['reason'] ?? ''
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
      about: 'What was counted on the shelf becomes the truth, reserved units included.',
      fields: [
        newProduct(known),
        warehouse(after('countStock', known)),
        { name: 'onHand', label: 'Counted on the shelf', kind: 'quantity' },
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
      about: 'Units move to another warehouse, at once or when somebody has approved it.',
      fields: [
        product(known),
        warehouse(known, 'fromWarehouseId', 'From'),
        warehouse(
          { ...known, warehouseId: undefined },
          'toWarehouseId',
          'To',
          known.warehouseId ?? model.warehouses.value[0]?.id,
        ),
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
            Moved {number(qty)} <Name text={productOf(values)} />.
          </>
        ) : (
          <>
            Asked for: {number(qty)} <Name text={productOf(values)} /> move when somebody approves.
          </>
        )
      },
    }),
  },
  reserve: {
    label: 'Hold',
    form: (known) => ({
      title: 'Hold stock',
      about: 'Keeps units for somebody, for a while; nobody else can be promised them.',
      fields: [
        product(known),
        warehouse(known),
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
