import type { AuditEntry, LevelCounts } from 'holdfast'
import { TRAIL_COLUMNS, type Columns } from 'holdfast/model'
import type { AnyInventory } from '../open-inventory.ts'
import { nobodyReads, say } from '../output/streams.ts'

/** Something that can be exported: read in pieces, each record as it is and as a row. */
export interface Export<Row> {
  readonly columns: Columns<Row>
  readonly read: (inventory: AnyInventory) => AsyncIterable<Row>
  /** How many rows there are; null if that is not known before they are read. */
  readonly size: (inventory: AnyInventory) => Promise<number | null>
}

/** `qty` is on hand, and `unsellable` a part of it, so that `import` can read the file as opening stock. */
export const stockExport: Export<LevelCounts> = {
  columns: {
    warehouseId: ({ warehouseId }) => warehouseId,
    productId: ({ productId }) => productId,
    qty: ({ onHand }) => onHand,
    available: ({ available }) => available,
    held: ({ held }) => held,
    allocated: ({ allocated }) => allocated,
    unsellable: ({ unsellable }) => unsellable,
  },
  read: allStock,
  size: async () => null,
}

export const trailExport: Export<AuditEntry> = {
  columns: TRAIL_COLUMNS,
  read: (inventory) => inventory.audit(),
  size: async (inventory) => (await inventory.head()).seq,
}

/** Page by page. Each page is its own snapshot; a change in between is reported. */
async function* allStock(inventory: AnyInventory): AsyncGenerator<LevelCounts> {
  let cursor: string | undefined
  let first: number | undefined
  let last = 0
  do {
    const page = await inventory.listStock({ limit: 1000, cursor })
    yield* page.items
    first ??= page.seq
    last = page.seq
    cursor = page.cursor ?? undefined
  } while (cursor !== undefined && !nobodyReads())
  if (first !== last) {
    say(`note: the stock changed while it was exported, from seq ${first} to ${last}`)
  }
}
