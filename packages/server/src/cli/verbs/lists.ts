import {
  ReservationStatus,
  TransferStatus,
  type ListPage,
  type ReservationFilter,
  type StockFilter,
  type TransferFilter,
} from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { withReader } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { nobodyReads, print, say } from '../output/streams.ts'
import { table, type Column } from '../output/table.ts'
import { RESERVATIONS, STOCK, TRANSFERS, WAREHOUSES } from '../output/tables.ts'
import { addVerb, optional } from '../verb.ts'
import { anyProduct, anyWarehouse, paging } from './fields.ts'

export function addLists(line: CommandLine): void {
  addVerb<StockFilter & All>(
    line,
    {
      name: 'list-stock',
      group: 'Stock:',
      summary: 'List the counts, by product and warehouse',
      flags: [
        anyWarehouse(),
        anyProduct(),
        optional('--prefix <text>', 'only products whose id begins so'),
        ...paging(),
      ],
    },
    async ({ db, json: asJson, flags: { all, ...filter } }) =>
      withReader(db, (inventory) =>
        printPages(
          (cursor) => inventory.listStock({ ...filter, cursor }),
          STOCK,
          asJson,
          all,
          filter,
        ),
      ),
  )

  addVerb<ReservationFilter & All>(
    line,
    {
      name: 'list-reservations',
      group: 'Reservations:',
      summary: 'List reservations, newest first',
      flags: [
        optional('--status <status>', 'only in this state').choices(
          Object.values(ReservationStatus),
        ),
        optional('--owner <text>', 'only for this owner'),
        anyWarehouse(),
        anyProduct(),
        ...paging(),
      ],
    },
    async ({ db, json: asJson, flags: { all, ...filter } }) =>
      withReader(db, (inventory) =>
        printPages(
          (cursor) => inventory.listReservations({ ...filter, cursor }),
          RESERVATIONS,
          asJson,
          all,
          filter,
        ),
      ),
  )

  addVerb<TransferFilter & All>(
    line,
    {
      name: 'list-transfers',
      group: 'Transfers:',
      summary: 'List transfers, newest first',
      flags: [
        optional('--status <status>', 'only in this state').choices(Object.values(TransferStatus)),
        anyWarehouse(),
        anyProduct(),
        ...paging(),
      ],
    },
    async ({ db, json: asJson, flags: { all, ...filter } }) =>
      withReader(db, (inventory) =>
        printPages(
          (cursor) => inventory.listTransfers({ ...filter, cursor }),
          TRANSFERS,
          asJson,
          all,
          filter,
        ),
      ),
  )

  addVerb<object>(
    line,
    { name: 'list-warehouses', group: 'Warehouses:', summary: 'List the warehouses' },
    async ({ db, json: asJson }) =>
      withReader(db, (inventory) =>
        printPages(() => inventory.listWarehouses(), WAREHOUSES, asJson, false, {}),
      ),
  )
}

interface All {
  readonly all?: true
}

async function printPages<Row>(
  read: (cursor: string | undefined) => Promise<ListPage<Row>>,
  columns: readonly Column<Row>[],
  asJson: boolean,
  all: boolean | undefined,
  from: { readonly cursor?: string | undefined },
): Promise<ExitCode> {
  let cursor = from.cursor
  for (let first = true; ; first = false) {
    const page = await read(cursor)
    if (asJson) await print(json(page))
    else if (page.items.length > 0) await print(table(columns, page.items, { header: first }))
    else if (first) say('none')
    if (page.cursor === null || nobodyReads()) return EXIT.done
    if (all !== true) {
      if (!asJson) say(`There are more: --cursor ${page.cursor} goes on, --all prints every page.`)
      return EXIT.done
    }
    cursor = page.cursor
  }
}
