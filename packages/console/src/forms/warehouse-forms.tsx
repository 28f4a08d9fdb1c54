import type { WarehouseView } from 'holdfast'
import { ask } from '../service/ask.ts'
import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import type { CommandForm } from './command-form.ts'

/** Changes whether the warehouse sells, and nothing else. */
export function sellsForm({ id, name, sells }: WarehouseView): CommandForm {
  return {
    title: sells ? 'Stop selling from this warehouse?' : 'Sell from this warehouse again?',
    about: sells ? (
      <>
        Nobody is offered what is in <Name text={name} /> until it sells again. What is held or sold
        there stays so, and it still receives, counts, transfers and ships.
      </>
    ) : (
      <>
        What is in <Name text={name} /> can be held and sold again.
      </>
    ),
    fields: [],
    submit: sells ? 'Stop selling' : 'Sell again',
    run: async () => {
      await ask(`/v1/warehouses/${encodeURIComponent(id)}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sells: !sells }),
      })
      return (
        <>
          <Name text={name} /> {sells ? 'no longer sells' : 'sells again'}.
        </>
      )
    },
  }
}

export function closeForm({ id: warehouseId, name }: WarehouseView): CommandForm {
  return {
    title: 'Close this warehouse?',
    about: (
      <>
        <Name text={name} /> has to be empty. It is no longer listed; its history stays. It can be
        opened again on the command line or over HTTP.
      </>
    ),
    fields: [],
    submit: 'Close the warehouse',
    run: async (_, idempotencyKey) => {
      await client.closeWarehouse({ warehouseId, idempotencyKey })
      return (
        <>
          Closed <Name text={name} />.
        </>
      )
    },
  }
}
