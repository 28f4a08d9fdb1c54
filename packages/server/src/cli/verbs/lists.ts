import type { ListPage, LevelCounts, Reservation, Transfer, WarehouseView } from 'holdfast'
import { kebab, LISTS, PAGING, type Field } from 'holdfast/model'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { fieldFlags } from '../flags/field-flag.ts'
import { withReader } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { noteWarehouse } from '../output/note-warehouse.ts'
import { nobodyReads, print, say } from '../output/streams.ts'
import { table, tellingColumns, type Column } from '../output/table.ts'
import { RESERVATIONS, STOCK, TRANSFERS, WAREHOUSES } from '../output/tables.ts'
import { addVerb, optional } from '../verb.ts'
import { groupOf } from './commands.ts'

interface Rows {
  listStock: LevelCounts
  listReservations: Reservation
  listTransfers: Transfer
  listWarehouses: WarehouseView
}

type Row = Rows[keyof Rows]

/** The columns of each list. */
const COLUMNS: { readonly [L in keyof Rows]: readonly Column<Rows[L]>[] } = {
  listStock: STOCK,
  listReservations: RESERVATIONS,
  listTransfers: TRANSFERS,
  listWarehouses: WAREHOUSES,
}

export function addLists(line: CommandLine): void {
  for (const list of Object.keys(COLUMNS) as (keyof Rows)[]) addList(line, list)
}

interface PageFlags {
  readonly cursor?: string
  readonly limit?: number
  readonly all?: true
  readonly warehouseId?: string
}

function addList(line: CommandLine, list: keyof Rows): void {
  const { summary, path, filters, paged } = LISTS[list]
  const fields: Readonly<Record<string, Field>> = paged ? { ...filters, ...PAGING } : filters
  const flags = fieldFlags(fields)
  if (paged) flags.push(optional('--all', 'every page'))
  addVerb<PageFlags>(
    line,
    { name: kebab(list), group: groupOf(path), summary, flags },
    async ({ target, json: asJson, flags: { all = false, ...filter } }) =>
      withReader(target, async (inventory) => {
        const read = inventory[list] as (filter: object) => Promise<ListPage<Row>>
        const found = await printPages(
          (cursor) => read.call(inventory, { ...filter, ...(cursor && { cursor }) }),
          COLUMNS[list] as readonly Column<Row>[],
          { asJson, all, cursor: filter.cursor },
        )
        if (!found) await noteWarehouse(inventory, filter.warehouseId)
        return EXIT.done
      }),
  )
}

/** False if there is nothing to print. */
async function printPages(
  read: (cursor: string | undefined) => Promise<ListPage<Row>>,
  columns: readonly Column<Row>[],
  how: { readonly asJson: boolean; readonly all: boolean; readonly cursor: string | undefined },
): Promise<boolean> {
  let { cursor } = how
  let shown = 0
  let found = false
  for (;;) {
    const page = await read(cursor)
    found ||= page.items.length > 0
    if (how.asJson) await print(json(page))
    else if (page.items.length > 0) {
      // A later page may have more columns, or fewer.
      const telling = tellingColumns(columns, page.items).length
      await print(table(columns, page.items, { header: telling !== shown }))
      shown = telling
    } else if (page.cursor === null && shown === 0) say('none')
    if (page.cursor === null || nobodyReads()) return found
    if (!how.all) {
      // A page may have none if the store stopped looking.
      const what = shown === 0 ? 'None so far' : 'There are more'
      if (!how.asJson) say(`${what}: --cursor ${page.cursor} continues, --all prints every page.`)
      return true
    }
    cursor = page.cursor
  }
}
