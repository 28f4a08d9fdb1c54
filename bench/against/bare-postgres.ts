import { Client } from 'pg'
import { ask } from '../measure/postgres.ts'
import { TTL_MS } from '../measure/shop.ts'

const RESERVED = 9
const ENTRY = `INSERT INTO entry
  (seq, type, level_key, qty, at, available, held, allocated, reservation)
  SELECT unnest($1::bigint[]), ${RESERVED}, unnest($2::bigint[]), 1, $3::bigint,
    unnest($4::bigint[]), unnest($5::bigint[]), 0, unnest($1::bigint[])`
const LEVEL = `UPDATE level t SET available = c.available, held = c.held, last_seq = c.last_seq
  FROM (SELECT unnest($1::bigint[]) AS key, unnest($2::bigint[]) AS available,
    unnest($3::bigint[]) AS held, unnest($4::bigint[]) AS last_seq) c WHERE t.key = c.key`
const RESERVATION = `INSERT INTO reservation
  (seq, level_key, qty, status, created_at, expires_at, random)
  SELECT unnest($1::bigint[]), unnest($2::bigint[]), 1, 0, $3::bigint, $3::bigint + $4::bigint,
    unnest($1::bigint[])`

/**
 * The bare minimum on PostgreSQL: three prepared statements a batch, INTEGER keys, no checks, index, hash or answer;
 * balances are known beforehand.
 */
export class BarePostgres {
  readonly #client: Client
  readonly #available: Float64Array
  readonly #held: Float64Array
  #seq: number

  private constructor(client: Client, levels: number, qty: number) {
    this.#client = client
    this.#available = new Float64Array(levels + 1).fill(qty)
    this.#held = new Float64Array(levels + 1)
    this.#seq = levels
  }

  static async open(url: string, schema: string, levels: number, qty: number) {
    await ask(
      url,
      `CREATE SCHEMA ${schema};
      SET search_path = ${schema};
      CREATE TABLE level (key bigint PRIMARY KEY, available bigint NOT NULL, held bigint NOT NULL,
        allocated bigint NOT NULL, last_seq bigint NOT NULL) WITH (fillfactor = 50);
      CREATE TABLE entry (seq bigint PRIMARY KEY, type smallint NOT NULL, level_key bigint NOT NULL,
        qty bigint NOT NULL, at bigint NOT NULL, available bigint NOT NULL, held bigint NOT NULL,
        allocated bigint NOT NULL, reservation bigint);
      CREATE TABLE reservation (seq bigint PRIMARY KEY, level_key bigint NOT NULL,
        qty bigint NOT NULL, status smallint NOT NULL, created_at bigint NOT NULL,
        expires_at bigint NOT NULL, random bigint NOT NULL);
      INSERT INTO level SELECT key, ${qty}, 0, 0, key FROM generate_series(1, ${levels}) key;
      INSERT INTO entry SELECT key, 1, key, ${qty}, 0, ${qty}, 0, 0, NULL
        FROM generate_series(1, ${levels}) key`,
    )
    await ask(url, `VACUUM ANALYZE ${schema}.level, ${schema}.entry`)
    const client = new Client({ connectionString: url })
    await client.connect()
    // The same settings as the engine's transactions.
    await client.query(`SET search_path = ${schema}; SET enable_hashjoin = off;
      SET enable_mergejoin = off; SET enable_seqscan = off; SET jit = off`)
    return new BarePostgres(client, levels, qty)
  }

  /** A reserve for each key (counted from 0), `batch` in one transaction. */
  async reserveAll(keys: ArrayLike<number>, batch: number): Promise<void> {
    for (let from = 0; from < keys.length; from += batch) {
      const end = Math.min(from + batch, keys.length)
      await this.#reserveSome(keys, from, end)
    }
  }

  async #reserveSome(keys: ArrayLike<number>, from: number, end: number) {
    const [seqs, levels, available, held] = [[], [], [], []] as number[][]
    const changed = new Map<number, number>()
    for (let index = from; index < end; index++) {
      const key = keys[index]! + 1
      seqs!.push(++this.#seq)
      levels!.push(key)
      available!.push(--this.#available[key]!)
      held!.push(++this.#held[key]!)
      changed.set(key, this.#seq)
    }
    const now = Date.now()
    const bySeq = int8s(seqs!)
    const byLevel = int8s(levels!)
    const touched = [...changed.keys()]
    await this.#client.query('BEGIN')
    await this.#client.query({
      name: 'entry',
      text: ENTRY,
      values: [bySeq, byLevel, now, int8s(available!), int8s(held!)],
    })
    await this.#client.query({
      name: 'level',
      text: LEVEL,
      values: [
        int8s(touched),
        int8s(touched.map((key) => this.#available[key]!)),
        int8s(touched.map((key) => this.#held[key]!)),
        int8s([...changed.values()]),
      ],
    })
    await this.#client.query({
      name: 'reservation',
      text: RESERVATION,
      values: [bySeq, byLevel, now, TTL_MS],
    })
    await this.#client.query('COMMIT')
  }

  async close(): Promise<void> {
    await this.#client.end()
  }
}

const HEADER = 20
const INT8 = 20

/** An array in PostgreSQL's binary format, as the engine sends it. */
function int8s(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + values.length * 12)
  let at = 0
  for (const field of [1, 0, INT8, values.length, 1]) at = bytes.writeInt32BE(field, at)
  for (const value of values) {
    const high = Math.floor(value / 0x1_0000_0000)
    at = bytes.writeInt32BE(8, at)
    at = bytes.writeInt32BE(high, at)
    at = bytes.writeUInt32BE(value - high * 0x1_0000_0000, at)
  }
  return bytes
}
