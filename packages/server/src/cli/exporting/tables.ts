import type { AuditEntry, LevelCounts } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import { nobodyReads, say } from '../output/streams.ts'

type Cell = string | number | null

/** Something that can be exported: read piece by piece, each record as it is and as a row. */
export interface Export<Row> {
  readonly header: readonly string[]
  readonly read: (inventory: AnyInventory) => AsyncIterable<Row>
  readonly cells: (row: Row) => readonly Cell[]
  /** How many rows there are; null where nobody knows before they are read. */
  readonly size: (inventory: AnyInventory) => Promise<number | null>
}

/** `qty` is what is on hand, `unsellable` of it: so `import` can take the file in as opening stock. */
export const stockExport: Export<LevelCounts> = {
  header: ['warehouseId', 'productId', 'qty', 'available', 'held', 'allocated', 'unsellable'],
  read: allStock,
  size: async () => null,
  cells: ({ warehouseId, productId, onHand, available, held, allocated, unsellable }) => [
    warehouseId,
    productId,
    onHand,
    available,
    held,
    allocated,
    unsellable,
  ],
}

export const trailExport: Export<AuditEntry> = {
  header: [
    'seq',
    'time',
    'type',
    'warehouseId',
    'productId',
    'fromWarehouseId',
    'qty',
    'available',
    'held',
    'allocated',
    'reservationId',
    'transferId',
    'actor',
    'metadata',
    'unsellable',
    'group',
    'referenceType',
    'referenceId',
  ],
  read: (inventory) => inventory.audit(),
  size: async (inventory) => (await inventory.head()).seq,
  cells: (entry) => [
    entry.seq,
    new Date(entry.timestamp).toISOString(),
    entry.type,
    entry.warehouseId,
    entry.productId,
    entry.fromWarehouseId,
    entry.qty,
    entry.available,
    entry.held,
    entry.allocated,
    entry.reservationId,
    entry.transferId,
    entry.actor,
    Object.keys(entry.metadata).length === 0 ? null : JSON.stringify(entry.metadata),
    entry.unsellable,
    entry.group,
    entry.reference?.type ?? null,
    entry.reference?.id ?? null,
  ],
}

/** Page by page; each page is a snapshot of its own, and whoever writes meanwhile is told of. */
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
