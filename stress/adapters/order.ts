import type { MadeValue, BoundStatement } from 'holdfast/sql'

/** A row with a column of each kind that a shop's order has. */
export interface Order {
  readonly id: string
  readonly hold: string
  readonly qty: number
  /** Digits, as the drivers give a numeric. */
  readonly total: string
  readonly note: { readonly gift: boolean; readonly lines: readonly string[] }
  readonly placedAt: Date
  /** In a column without a time zone. */
  readonly localAt: Date
  readonly paid: boolean
  readonly coupon: string | null
  readonly tags: string[]
}

export const TABLE = `CREATE TABLE orders (
  id text PRIMARY KEY,
  hold text NOT NULL,
  qty integer NOT NULL,
  total numeric(12, 2) NOT NULL,
  note jsonb NOT NULL,
  placed_at timestamptz NOT NULL,
  local_at timestamp NOT NULL,
  paid boolean NOT NULL,
  coupon text,
  tags text[] NOT NULL
)`

/** What the command makes, as values of an order. */
export interface MadeOrder {
  readonly hold: MadeValue
  readonly placedAt: MadeValue
}

/** One library, on the table of orders. */
export interface Library {
  /** Writes the order as the library itself does. */
  write(order: Order): Promise<unknown>
  /** The same, for the engine to carry. */
  insert(order: Order): BoundStatement
  /** With what the command makes, by each spelling that works. */
  readonly insertMade: Readonly<Record<string, (order: Order, made: MadeOrder) => BoundStatement>>
  /** Sets the hold of an order to what the command makes. */
  update(id: string, hold: MadeValue): BoundStatement
  close(): Promise<unknown>
}
