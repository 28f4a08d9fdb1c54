/**
 * How long a batch may wait, by the server's clock. Who waits for the head waits for somebody else's
 * commit; who has it and says nothing for `idle` keeps everybody from working: a process that was
 * stopped in the middle of a batch loses the lock.
 */
export const LOCK_MS = 5_000
export const STATEMENT_MS = 20_000
export const IDLE_MS = 10_000

/** Since PostgreSQL 17 a role may have one; the limits above are enough. */
export const NO_TRANSACTION_LIMIT = `CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL
    THEN set_config('transaction_timeout', '0', true) END`

/**
 * Until the transaction ends: it takes the time that it needs, but not for ever. As long as it stands, PostgreSQL cannot
 * clear away old versions of rows.
 */
export const TAKES_ITS_TIME = `SELECT ${NO_TRANSACTION_LIMIT};
  SET LOCAL lock_timeout = 0;
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = '10min'`

/**
 * By our own clock, if the server does not answer at all: a connection that is silent for longer
 * is given up. Above the server's limits, so that they speak first.
 */
export const SILENT_MS = 25_000
export const SILENT_LOCK_MS = 7_000

/** How long a connection of the pool is waited for. */
export const CONNECT_MS = 10_000
