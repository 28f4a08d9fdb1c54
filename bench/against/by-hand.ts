import { Client } from 'pg'
import { ask } from '../measure/postgres.ts'
import { TTL_MS, WAREHOUSE } from '../measure/shop.ts'

const BEGIN = { name: 'begin', text: 'BEGIN' }
const KEY = {
  name: 'key',
  text: 'INSERT INTO idempotency (key, reservation) VALUES ($1, $2) ON CONFLICT DO NOTHING',
}
const LEVEL = {
  name: 'level',
  text: `UPDATE level SET available = available - $3, held = held + $3
    WHERE product_id = $1 AND warehouse_id = $2 AND available >= $3
    RETURNING available, held, allocated`,
}
const RESERVATION = {
  name: 'reservation',
  text: `INSERT INTO reservation (product_id, warehouse_id, qty, status, expires_at)
    VALUES ($1, $2, $3, 'PENDING', $4) RETURNING id`,
}
const AUDIT = {
  name: 'audit',
  text: `INSERT INTO audit
    (type, product_id, warehouse_id, qty, reservation, available, held, allocated)
    VALUES ('RESERVED', $1, $2, $3, $4, $5, $6, $7)`,
}
/** The order that the units are for, written in the same transaction, by hand as with the engine. */
export const ORDERS = `CREATE TABLE orders (id text PRIMARY KEY, product_id text NOT NULL, customer text NOT NULL,
  qty bigint NOT NULL, reservation text, at timestamptz NOT NULL DEFAULT now())`
export const ORDER =
  'INSERT INTO orders (id, product_id, customer, qty, reservation) VALUES ($1, $2, $3, $4, $5)'
const COMMIT = { name: 'commit', text: 'COMMIT' }

/**
 * What a shop writes by hand: a transaction for each reserve, on a separate connection for each client. Prepared, on
 * the same server, with the balance, the reservation and an audit row with the balances; but without the engine's hash,
 * expiry, and order of events.
 */
export class ByHand {
  readonly #clients: readonly Client[]
  readonly #free: Client[]

  private constructor(clients: readonly Client[]) {
    this.#clients = clients
    this.#free = [...clients]
  }

  static async open(url: string, schema: string, levels: number, clients: number): Promise<ByHand> {
    await ask(
      url,
      `CREATE SCHEMA ${schema};
      SET search_path = ${schema};
      CREATE TABLE level (product_id text, warehouse_id text,
        available bigint NOT NULL CHECK (available >= 0), held bigint NOT NULL,
        allocated bigint NOT NULL, PRIMARY KEY (product_id, warehouse_id)) WITH (fillfactor = 50);
      CREATE TABLE reservation (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        product_id text NOT NULL, warehouse_id text NOT NULL, qty bigint NOT NULL,
        status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL);
      CREATE TABLE audit (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        type text NOT NULL, product_id text NOT NULL, warehouse_id text NOT NULL,
        qty bigint NOT NULL, reservation bigint, at timestamptz NOT NULL DEFAULT now(),
        available bigint NOT NULL, held bigint NOT NULL, allocated bigint NOT NULL);
      CREATE TABLE idempotency (key text PRIMARY KEY, reservation bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now());
      ${ORDERS};
      INSERT INTO level SELECT 'SKU-' || lpad(number::text, 8, '0'), '${WAREHOUSE}',
        1000000000, 0, 0 FROM generate_series(0, ${levels - 1}) number;
      ANALYZE level`,
    )
    const opened = Array.from({ length: clients }, async () => {
      const client = new Client({ connectionString: url })
      await client.connect()
      await client.query(`SET search_path = ${schema}`)
      return client
    })
    return new ByHand(await Promise.all(opened))
  }

  /** Uses an idle client: there must be no more concurrent callers than clients. */
  async reserve(order: Order): Promise<void> {
    const client = this.#free.pop()!
    await reserveOn(client, order)
    this.#free.push(client)
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()))
  }
}

interface Order {
  readonly productId: string
  readonly key?: string | undefined
  /** Id of the order it is for. Default: none. */
  readonly order?: string | undefined
}

async function reserveOn(client: Client, { productId, key, order }: Order): Promise<void> {
  const level = [productId, WAREHOUSE, 1]
  await client.query(BEGIN)
  const left = await client.query<[string, string, string]>({
    ...LEVEL,
    values: level,
    rowMode: 'array',
  })
  if (left.rows.length === 0) throw new Error('sold out, although there is plenty')
  const expiresAt = new Date(Date.now() + TTL_MS)
  const made = await client.query<[string]>({
    ...RESERVATION,
    values: [...level, expiresAt],
    rowMode: 'array',
  })
  const id = made.rows[0]![0]
  await client.query({ ...AUDIT, values: [...level, id, ...left.rows[0]!] })
  if (order !== undefined) {
    const values = [order, productId, 'customer', 1, id]
    await client.query({ name: 'order', text: ORDER, values })
  }
  if (key !== undefined) await client.query({ ...KEY, values: [key, id] })
  await client.query(COMMIT)
}
