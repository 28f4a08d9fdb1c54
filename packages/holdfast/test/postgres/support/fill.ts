import { randomBytes } from 'node:crypto'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Client } from 'pg'
import { bodyOf } from '../../../src/log/body.ts'
import { commitHash, sha256 } from '../../../src/log/hash.ts'
import { markedAt } from './marked-at.ts'

const PER_COMMIT = 1000
/** Commits written to the table at once. */
const PIECE = 500

export interface Filling {
  readonly url: string
  readonly schema: string
  readonly warehouseId: string
  readonly levels: number
  readonly productId: (number: number) => string
  readonly qty: number
}

/**
 * A trail of many levels, each with the one entry that received it, written without the engine: exactly what it would
 * have written, hashes included, in a fiftieth of the time.
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
    await client.query(`INSERT INTO level SELECT key, ${qty}, 0, 0, key + 1, 0 FROM ${keys}`)
    const rows: unknown[][] = [[], [], [], [], [], [], [], [], [], []]
    for (let first = 0; first < piece; first += PER_COMMIT) {
      const made = products.slice(first, first + PER_COMMIT)
      const before = from + first
      const { body, texts } = receiving(made, before, warehouseId, qty, at)
      const header = {
        ...{
          commit: 2 + before / PER_COMMIT,
          firstSeq: before + 2,
          lastSeq: before + made.length + 1,
        },
        ...{ at, levelKeys: before + made.length, batchId: randomBytes(16).toString('hex') },
      }
      hash = commitHash(hash, header, sha256(body))
      const { commit, firstSeq, lastSeq, levelKeys, batchId } = header
      const row = [
        commit,
        firstSeq,
        lastSeq,
        levelKeys,
        batchId,
        Buffer.from(hash, 'hex'),
        Buffer.from(body),
        texts === null ? null : Buffer.from(texts),
        ...Object.values(markedAt(body, texts)),
      ]
      row.forEach((value, column) => rows[column]!.push(value))
    }
    await client.query(
      `INSERT INTO commits (number, first_seq, last_seq, level_keys, batch_id, hash, body, texts, lines_at, texts_at, at)
        SELECT number, first_seq, last_seq, level_keys, batch_id, hash, body, texts, lines_at::int[], texts_at::int[], $11
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::uuid[],
          $6::bytea[], $7::bytea[], $8::bytea[], $9::text[], $10::text[])
          w (number, first_seq, last_seq, level_keys, batch_id, hash, body, texts, lines_at, texts_at)`,
      [...rows, at],
    )
  }
  await client.query(`UPDATE warehouse_stock SET on_hand = ${levels * qty}`)
}

/** The body of a commit that creates the levels after `before`, each with its first entry. */
function receiving(
  products: readonly string[],
  before: number,
  warehouseId: string,
  qty: number,
  at: number,
): ReturnType<typeof bodyOf> {
  const none = products.map(() => 0)
  const happened = {
    entries: products.map((productId, index) => ({
      ...{ id: '', seq: before + index + 2, type: 'RECEIVED' as const, productId, warehouseId },
      ...{ fromWarehouseId: null, qty, timestamp: at, reservationId: null, transferId: null },
      ...{ actor: null, metadata: { source: 'SUPPLIER' }, reference: null, group: null },
      ...{ available: qty, held: 0, allocated: 0, unsellable: 0 },
    })),
    levelKeys: products.map((_, index) => before + index + 1),
    ...{ previousOfLevel: none, previousOfRecord: none },
    newLevels: products.flatMap((productId) => [productId, warehouseId]),
    ...{ keys: [], documents: [], forgotten: 0 },
  }
  return bodyOf(happened, (count) =>
    randomBytes(count * 17)
      .toString('base64url')
      .slice(0, count * 22),
  )
}
