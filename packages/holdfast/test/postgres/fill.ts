import { randomBytes } from 'node:crypto'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Client } from 'pg'
import { commitHash } from '../../src/engine/canonical.ts'

const PER_COMMIT = 1000
/** So many commits go into the table at once. */
const PIECE = 500

export interface Filling {
  readonly url: string
  /** A new schema. */
  readonly schema: string
  readonly warehouseId: string
  readonly levels: number
  readonly productId: (number: number) => string
  readonly qty: number
}

/**
 * A trail of many levels, each with the one entry that received it, written past the engine: what it
 * would have written, down to the hashes, in a fiftieth of the time.
 */
export async function fillInBulk(filling: Filling): Promise<void> {
  const { url, schema, warehouseId } = filling
  const inventory = await openInventory({
    store: postgres({ connectionString: url, schema }),
    warehouses: [{ id: warehouseId, name: warehouseId }],
  })
  const { hash, at } = await inventory.head()
  await inventory.close()
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`SET search_path = "${schema}"`)
    await client.query('BEGIN')
    await fillTables(client, filling, hash, Math.max(at, Date.now()))
    await client.query('COMMIT')
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
  }
}

async function fillTables(
  client: Client,
  { warehouseId, levels, productId, qty }: Filling,
  firstHash: string,
  at: number,
): Promise<void> {
  let hash = firstHash
  for (let from = 0; from < levels; from += PER_COMMIT * PIECE) {
    const piece = Math.min(PER_COMMIT * PIECE, levels - from)
    const products = Array.from({ length: piece }, (_, index) => productId(from + index))
    await client.query(
      `INSERT INTO level_key SELECT $1::bigint + n, product, $2
        FROM unnest($3::text[]) WITH ORDINALITY w (product, n)`,
      [from, warehouseId, products],
    )
    const keys = `generate_series(${from + 1}, ${from + piece}) key`
    await client.query(`INSERT INTO level SELECT key, ${qty}, 0, 0, key + 1 FROM ${keys}`)
    await client.query(`INSERT INTO entry
      (seq, level_key, qty, at, available, held, allocated, previous_seq, type, metadata)
      SELECT key + 1, key, ${qty}, ${at}, ${qty}, 0, 0, 0, 1, '{"source":"SUPPLIER"}' FROM ${keys}`)
    const hashes: Buffer[] = []
    for (let first = 0; first < piece; first += PER_COMMIT) {
      const entries = products.slice(first, first + PER_COMMIT).map((product, index) => ({
        ...{ id: '', seq: from + first + index + 2, type: 'RECEIVED' as const, productId: product },
        ...{ warehouseId, fromWarehouseId: null, qty, timestamp: at, reservationId: null },
        ...{ transferId: null, actor: null, metadata: { source: 'SUPPLIER' } },
        ...{ available: qty, held: 0, allocated: 0 },
      }))
      hash = commitHash(hash, 2 + (from + first) / PER_COMMIT, at, entries)
      hashes.push(Buffer.from(hash, 'hex'))
    }
    await client.query(
      `INSERT INTO commits SELECT $1::bigint + n, least($2::bigint + n * ${PER_COMMIT}, $3) + 1, $4,
        least($2::bigint + n * ${PER_COMMIT}, $3), batch_id, hash
        FROM unnest($5::uuid[], $6::bytea[]) WITH ORDINALITY w (batch_id, hash, n)`,
      [
        ...[1 + from / PER_COMMIT, from, levels, at],
        ...[hashes.map(() => randomBytes(16).toString('hex')), hashes],
      ],
    )
  }
  await client.query(`UPDATE warehouse_stock SET on_hand = ${levels * qty}`)
}
