-- Which log continues this file: see log-bond.ts. The first table, so that its page is there as soon as any.
-- Its one row is of one length, and so lies in one sector of its page, at the end.
CREATE TABLE log_bond (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id BLOB NOT NULL CHECK (length(id) = 16),
  before BLOB NOT NULL CHECK (length(before) = 16)
) STRICT;
INSERT INTO log_bond VALUES (1, randomblob(16), zeroblob(16));

-- The log, and the state that follows from it. Numbers stand where words would be too slow: TEXT
-- ids in these rows cost 37 %, a level keyed by TEXT 25 %, an index on (level, expiry) 67 % of the
-- throughput. People read the views at the end. Foreign keys are named here, and not enforced.

-- One product in one warehouse. Written once; what changes is in `level`, in small rows.
CREATE TABLE level_key (
  key INTEGER PRIMARY KEY CHECK (key > 0),
  product_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  UNIQUE (product_id, warehouse_id)
) STRICT;

CREATE TABLE level (
  key INTEGER PRIMARY KEY REFERENCES level_key CHECK (key > 0),
  available INTEGER NOT NULL CHECK (available >= 0),
  held INTEGER NOT NULL CHECK (held >= 0),
  allocated INTEGER NOT NULL CHECK (allocated >= 0),
  unsellable INTEGER NOT NULL CHECK (unsellable >= 0),
  last_seq INTEGER NOT NULL, -- its newest entry's
  reservation_ago INTEGER CHECK (reservation_ago >= 0), -- its newest reservation: last_seq less this; NULL: none
  count_ago INTEGER CHECK (count_ago >= 0) -- its newest entry of a count: last_seq less this; NULL: none
) STRICT;

-- Distances stand for other rows: they are short, and 0 and NULL take no room. Known outside by an id made of `seq`, which is that of its RESERVED entry, and `random`.
-- What most new rows do not have stands behind `owner`, with a default: they are written without it.
CREATE TABLE reservation (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  level_key INTEGER NOT NULL REFERENCES level_key,
  qty INTEGER NOT NULL CHECK (qty > 0),
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 5),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  random INTEGER NOT NULL,
  moved_after INTEGER NOT NULL CHECK (moved_after >= 0), -- its newest entry: seq and this
  behind INTEGER CHECK (behind > 0 AND behind < seq), -- the level's reservation before it: seq less this; NULL: none
  owner TEXT,
  released INTEGER NOT NULL DEFAULT 0, -- units that went back unsold; `qty` never changes
  shipped INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  came_back INTEGER NOT NULL DEFAULT 0, -- of those shipped
  replaces TEXT, -- ids
  replaced_by TEXT,
  group_id TEXT,
  -- Few, because each costs an insert 1 %.
  CHECK (released >= 0 AND cancelled >= 0 AND released + shipped + cancelled <= qty),
  CHECK (came_back BETWEEN 0 AND shipped)
) STRICT;

-- Holds that wait, in order of expiry, with all that a search for them looks at. `seq` stands before
-- the rest so that holds of one life span come in at its end: 0.6 µs a row, 0.8 without it.
CREATE INDEX reservation_pending ON reservation (expires_at, seq, level_key, qty, released)
  WHERE status = 0;

CREATE TABLE transfer (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  product_id TEXT NOT NULL,
  from_warehouse_id TEXT NOT NULL,
  to_warehouse_id TEXT NOT NULL,
  qty INTEGER NOT NULL CHECK (qty > 0),
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),
  requested_by TEXT,
  decided_by TEXT,
  reason TEXT,
  created_at INTEGER NOT NULL,
  decided_at INTEGER,
  random INTEGER NOT NULL,
  last_seq INTEGER NOT NULL, -- its newest entry's
  group_id TEXT
) STRICT;

CREATE INDEX transfer_pending ON transfer (status) WHERE status = 0;

-- The log: one batch made durable, as the hash covers it. The newest row is the head: another table for it
-- would be one more page to write for every commit. See docs/log-format.md for `body` and `texts`.
CREATE TABLE commits (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  first_seq INTEGER NOT NULL, -- one more than the last one's last_seq
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq - 1),
  at INTEGER NOT NULL,
  level_keys INTEGER NOT NULL,
  batch_id BLOB NOT NULL CHECK (length(batch_id) = 16),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  body TEXT NOT NULL, -- JSON
  texts TEXT -- JSON: salt and text of each in turn
) STRICT;

CREATE TABLE warehouse (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  capacity INTEGER CHECK (capacity >= 0),
  reorder_threshold INTEGER NOT NULL CHECK (reorder_threshold >= 0),
  reorder_thresholds TEXT NOT NULL, -- JSON, by product
  sells INTEGER NOT NULL CHECK (sells IN (0, 1)),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1))
) STRICT;

-- Beside `warehouse`, whose rows may be long and hardly ever change.
CREATE TABLE warehouse_stock (
  position INTEGER PRIMARY KEY REFERENCES warehouse,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0)
) STRICT;

-- What reads find records and entries by, written behind the commits in runs: see store/postings. Within a block of
-- 65,536 numbers two bytes say which. Lists below 0 are shared by keys that have few postings in a run.
CREATE TABLE posting (
  kind INTEGER NOT NULL,
  list INTEGER NOT NULL,
  block INTEGER NOT NULL,
  run INTEGER NOT NULL, -- the watermark that the run began at
  seqs BLOB NOT NULL,
  PRIMARY KEY (kind, list, block, run)
) STRICT, WITHOUT ROWID;

-- How far the postings go: behind it reads search the log.
CREATE TABLE posting_watermark (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  commit_number INTEGER NOT NULL CHECK (commit_number >= 0),
  seq INTEGER NOT NULL CHECK (seq >= 0),
  salt BLOB NOT NULL CHECK (length(salt) = 8) -- of the hashes of texts
) STRICT;
INSERT INTO posting_watermark VALUES (1, 0, 0, randomblob(8));

-- Answers kept for their keys, in order of commits: old ones are removed by range of `id`.
CREATE TABLE idempotency (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  key TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  commit_number INTEGER NOT NULL REFERENCES commits,
  at INTEGER NOT NULL -- the commit's
) STRICT;

-- Named texts that a program keeps beside the inventory. A commit says of each that it sets the SHA-256 of its value.
CREATE TABLE document (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far named consumers have come. Not part of the log: who reads it moves on without a commit.
CREATE TABLE position (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  trial BLOB -- written to see whether it can be
) STRICT, WITHOUT ROWID;

-- The trail is only added to. Nothing guards against one who drops these: `verify` finds what they do.

CREATE TRIGGER commits_not_changed BEFORE UPDATE ON commits
BEGIN SELECT raise(ABORT, 'the trail is only added to: UPDATE of commits refused'); END;
CREATE TRIGGER commits_not_deleted BEFORE DELETE ON commits
BEGIN SELECT raise(ABORT, 'the trail is only added to: DELETE of commits refused'); END;

-- For people.

CREATE VIEW stock AS
SELECT k.warehouse_id, k.product_id, l.available, l.held, l.allocated, l.unsellable,
  l.held + l.allocated AS reserved,
  l.available + l.held + l.allocated + l.unsellable AS on_hand,
  l.last_seq
FROM level l JOIN level_key k ON k.key = l.key;

CREATE VIEW reservations AS
SELECT
  format('%08x-%04x-8%03x-800%x-%012x', r.seq >> 28, r.seq >> 12 & 0xffff, r.seq & 0xfff,
    r.random >> 48, r.random & 0xffffffffffff) AS id,
  r.seq, k.warehouse_id, k.product_id, r.qty,
  CASE r.status WHEN 0 THEN 'PENDING' WHEN 1 THEN 'CONFIRMED' WHEN 2 THEN 'RELEASED'
    WHEN 3 THEN 'EXPIRED' WHEN 4 THEN 'SHIPPED' WHEN 5 THEN 'CANCELLED' END AS status,
  r.owner,
  strftime('%Y-%m-%dT%H:%M:%fZ', r.created_at / 1000.0, 'unixepoch') AS created_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', r.expires_at / 1000.0, 'unixepoch') AS expires_at,
  r.released, r.shipped, r.cancelled, r.came_back, r.replaces, r.replaced_by, r.group_id
FROM reservation r JOIN level_key k ON k.key = r.level_key;

CREATE VIEW transfers AS
SELECT
  format('%08x-%04x-8%03x-800%x-%012x', seq >> 28, seq >> 12 & 0xffff, seq & 0xfff,
    random >> 48, random & 0xffffffffffff) AS id,
  seq, from_warehouse_id, to_warehouse_id, product_id, qty,
  CASE status WHEN 0 THEN 'PENDING_APPROVAL' WHEN 1 THEN 'APPROVED' WHEN 2 THEN 'REJECTED' END
    AS status,
  requested_by, decided_by, reason,
  strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') AS created_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', decided_at / 1000.0, 'unixepoch') AS decided_at,
  group_id
FROM transfer;

CREATE VIEW trail AS
WITH line AS (
  SELECT c.first_seq + e.key AS seq, c.at, c.body, c.texts, e.value AS line,
    e.value ->> 0 AS type, e.value ->> 1 AS level_key,
    -- What not every entry of its type has: the last place, where it is no number.
    CASE json_type(e.value, '$[#-1]') WHEN 'object' THEN e.value -> '$[#-1]' END AS more
  FROM commits c, json_each(c.body, '$.entries') e)
SELECT l.seq,
  CASE l.type WHEN 1 THEN 'RECEIVED' WHEN 2 THEN 'SOLD' WHEN 3 THEN 'RETURNED'
    WHEN 4 THEN 'DAMAGED' WHEN 5 THEN 'TRANSFERRED_OUT' WHEN 6 THEN 'TRANSFERRED_IN'
    WHEN 7 THEN 'REMOVED' WHEN 8 THEN 'COUNTED' WHEN 9 THEN 'RESERVED' WHEN 10 THEN 'CANCELLED'
    WHEN 11 THEN 'SHIPPED' WHEN 12 THEN 'EXTENDED' WHEN 13 THEN 'TRANSFER_REQUESTED'
    WHEN 14 THEN 'TRANSFER_REJECTED' WHEN 15 THEN 'WAREHOUSE_CHANGED'
    WHEN 16 THEN 'OWNER_CHANGED' WHEN 17 THEN 'SET_ASIDE' WHEN 18 THEN 'PUT_BACK'
    WHEN 19 THEN 'WRITTEN_OFF' WHEN 20 THEN 'RECEIVED_ASIDE' WHEN 21 THEN 'COUNTED_ASIDE'
    WHEN 22 THEN 'CAME_BACK' END AS type,
  coalesce(k.warehouse_id, l.body ->> format('$.warehouses[%d][0]', l.line ->> 7)) AS warehouse_id,
  k.product_id, l.line ->> 2 AS qty, l.line ->> 3 AS available, l.line ->> 4 AS held,
  l.line ->> 5 AS allocated, coalesce(l.more ->> 'unsellable', 0) AS unsellable,
  strftime('%Y-%m-%dT%H:%M:%fZ', l.at / 1000.0, 'unixepoch') AS time,
  l.texts ->> (2 * (l.more ->> 'actor') + 1) AS actor,
  CASE WHEN l.type = 3 THEN CASE l.line ->> 10 WHEN 1 THEN 'unconfirmed' WHEN 2 THEN 'released'
    WHEN 3 THEN 'expired' WHEN 4 THEN 'replaced' END END AS because,
  CASE WHEN l.type IN (9, 12) THEN
      strftime('%Y-%m-%dT%H:%M:%fZ', (l.at + (l.line ->> 10)) / 1000.0, 'unixepoch')
    WHEN l.type = 3 AND l.line ->> 10 = 3 THEN
      strftime('%Y-%m-%dT%H:%M:%fZ', (l.line ->> 11) / 1000.0, 'unixepoch') END AS expires_at,
  CASE l.type WHEN 9 THEN l.texts ->> (2 * (l.line ->> 11) + 1)
    WHEN 16 THEN l.texts ->> (2 * (l.line ->> 10) + 1) END AS owner,
  CASE WHEN l.type IN (2, 3, 9, 10, 11, 12, 16, 22) THEN coalesce(nullif(l.line ->> 7, 0), l.seq) END
    AS reservation_seq,
  CASE WHEN l.type IN (5, 6, 13, 14) THEN coalesce(nullif(l.line ->> 7, 0), l.seq) END
    AS transfer_seq,
  CASE WHEN l.type IN (5, 13, 14) THEN k.warehouse_id
    WHEN l.type = 6 THEN l.body ->> format('$.names[%d]', l.line ->> 10) END AS from_warehouse_id,
  CASE WHEN l.type = 6 THEN k.warehouse_id
    WHEN l.type IN (5, 13, 14) THEN l.body ->> format('$.names[%d]', l.line ->> 10) END
    AS to_warehouse_id,
  l.texts ->> (2 * (l.more ->> 'metadata') + 1) AS metadata,
  l.texts ->> (2 * (l.more ->> 'group') + 1) AS group_id,
  l.texts ->> (2 * (l.more ->> 'reference') + 1) ->> 0 AS reference_type,
  l.texts ->> (2 * (l.more ->> 'reference') + 1) ->> 1 AS reference_id,
  l.line ->> 6 AS previous_seq
FROM line l LEFT JOIN level_key k ON k.key = l.level_key;
