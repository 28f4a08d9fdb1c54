import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import { place, unitsAndWhy, type StockForm } from './stock-form.ts'
import { optional, productOf, whole, written } from './written.ts'

/** Forms for setting units aside, and for what happens to them. */
export const ASIDE_FORMS = {
  setAside: {
    label: 'Set aside',
    form: (known) => ({
      title: 'Set stock aside',
      about:
        'Units stay in the building but are not for sale. Only available units can be set aside.',
      fields: unitsAndWhy(known),
      submit: 'Set aside',
      run: async (values, idempotencyKey) => {
        const qty = whole(values['qty'])
        const reason = written('reason', values)
        const level = await client.setAside({ ...place(values), qty, reason, idempotencyKey })
        return (
          <>
            Set aside {number(qty)} <Name text={productOf(values)} />: {number(level.available)}{' '}
            available, {number(level.unsellable)} unsellable now.
          </>
        )
      },
    }),
  },
  putBack: {
    label: 'Put back',
    form: (known) => ({
      title: 'Put stock back on the shelf',
      about: 'Units that were set aside may be sold again.',
      fields: unitsAndWhy(known, true),
      submit: 'Put back',
      run: async (values, idempotencyKey) => {
        const qty = whole(values['qty'])
        const why = optional('reason', values)
        const level = await client.putBack({ ...place(values), qty, ...why, idempotencyKey })
        return (
          <>
            Put back {number(qty)} <Name text={productOf(values)} />: {number(level.available)}{' '}
            available now.
          </>
        )
      },
    }),
  },
  writeOff: {
    label: 'Write off',
    form: (known) => ({
      title: 'Write off what was set aside',
      about: 'Unsellable units leave the building.',
      fields: unitsAndWhy(known),
      submit: 'Write off',
      isFinal: true,
      run: async (values, idempotencyKey) => {
        const qty = whole(values['qty'])
        const reason = written('reason', values)
        const level = await client.writeOff({ ...place(values), qty, reason, idempotencyKey })
        return (
          <>
            Wrote off {number(qty)} <Name text={productOf(values)} />: {number(level.unsellable)}{' '}
            unsellable left.
          </>
        )
      },
    }),
  },
} satisfies Readonly<Record<string, StockForm>>
