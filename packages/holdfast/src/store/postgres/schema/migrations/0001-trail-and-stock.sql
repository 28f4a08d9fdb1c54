-- The trail, and the state that follows from it, in a schema of its own (`holdfast.` stands for it).
-- Who holds the row of `head_lock` has the turn to write: everything below is written alone, so no
-- row of it is ever waited for. Foreign keys are named in comments and not enforced: their triggers
-- run for every row. Numbers stand where words would be wide; people read the views at the end.

-- Locked by every batch. Changed only after a batch on its way was lost sight of, and is not there: with
-- another fence whatever of it may still come is too late.
CREATE TABLE holdfast.head_lock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  fence bigint NOT NULL DEFAULT 1
);
INSERT INTO holdfast.head_lock DEFAULT VALUES;

-- A batch sends its COMMIT before it has heard what became of its statements: what must be so is looked
-- at here, and ends its transaction where it is not.
CREATE FUNCTION holdfast.must(is_so boolean, code text, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF is_so IS NOT TRUE THEN RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message; END IF;
END
$$;

-- One batch made durable: `body` tells its entries, and what people wrote stands in `texts`. The newest row
-- is the head of the trail. A commit without entries has the `first_seq` of the next one. Both are JSON in UTF-8: of
-- bytes a reader fetches a piece, of a text the whole. What stands at 0, 16, 32 … and behind the last one is marked.
CREATE TABLE holdfast.commits (
  number bigint PRIMARY KEY CHECK (number > 0),
  first_seq bigint NOT NULL CHECK (first_seq > 0),
  last_seq bigint NOT NULL CHECK (last_seq >= first_seq - 1),
  at bigint NOT NULL,
  level_keys bigint NOT NULL,
  batch_id uuid NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  body bytea NOT NULL, -- canonical, of which the hash is
  texts bytea, -- salt and text in turn
  lines_at int[], -- bytes of the body before a line
  texts_at int[] -- of the texts, before a salt
);
-- Not compressed: that takes twice as long to write, and no piece could be fetched.
ALTER TABLE holdfast.commits ALTER body SET STORAGE EXTERNAL, ALTER texts SET STORAGE EXTERNAL;

-- Which commit has an entry: the first one here whose `last_seq` is no less than that entry's.
CREATE INDEX commits_last_seq ON holdfast.commits (last_seq);

-- One product in one warehouse. Written once; what changes is in `level`, in small rows.
CREATE TABLE holdfast.level_key (
  key bigint PRIMARY KEY CHECK (key > 0),
  product_id text COLLATE "C" NOT NULL,
  warehouse_id text COLLATE "C" NOT NULL,
  UNIQUE (product_id, warehouse_id)
);

-- Half of each page stays free, so that the next version of a row finds room beside it and no index
-- has to learn of it.
CREATE TABLE holdfast.level (
  key bigint PRIMARY KEY CHECK (key > 0), -- level_key
  available bigint NOT NULL CHECK (available >= 0),
  held bigint NOT NULL CHECK (held >= 0),
  allocated bigint NOT NULL CHECK (allocated >= 0),
  last_seq bigint NOT NULL, -- its newest entry
  last_reservation bigint NOT NULL CHECK (last_reservation >= 0), -- its newest reservation; 0: none
  unsellable bigint NOT NULL DEFAULT 0 CHECK (unsellable >= 0), -- hardly any level has some
  last_count bigint NOT NULL DEFAULT 0 CHECK (last_count >= 0) -- its newest entry of a count; 0: none
) WITH (fillfactor = 50);

-- Known outside by an id made of `seq`, which is that of its RESERVED entry, and `random`. `behind` is the
-- reservation of the same level before it (0: none), so that a level's reservations need no index. NULL stands for
-- 0 in `released` and what follows it: new ones are written without, and take no room for it.
CREATE TABLE holdfast.reservation (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  level_key bigint NOT NULL, -- level_key
  qty bigint NOT NULL CHECK (qty > 0),
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  random bigint NOT NULL,
  last_seq bigint NOT NULL CHECK (last_seq >= seq), -- its newest entry
  behind bigint NOT NULL CHECK (behind >= 0 AND behind < seq),
  released bigint, -- units that went back unsold; `qty` never changes
  shipped bigint,
  cancelled bigint,
  came_back bigint, -- of those shipped
  status smallint NOT NULL CHECK (status BETWEEN 0 AND 5),
  owner text,
  replaces text, -- ids
  replaced_by text,
  group_id text,
  CHECK (coalesce(released, shipped, cancelled, came_back) IS NULL
    OR least(released, shipped, cancelled, came_back) > 0
    AND coalesce(released, 0) + coalesce(shipped, 0) + coalesce(cancelled, 0) <= qty
    AND coalesce(came_back, 0) <= coalesce(shipped, 0))
);

-- Holds that wait: the earliest of a level, and the earliest of all.
CREATE INDEX reservation_pending ON holdfast.reservation (level_key, expires_at) WHERE status = 0;
CREATE INDEX reservation_due ON holdfast.reservation (expires_at) WHERE status = 0;

CREATE TABLE holdfast.transfer (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  qty bigint NOT NULL CHECK (qty > 0),
  created_at bigint NOT NULL,
  decided_at bigint,
  random bigint NOT NULL,
  last_seq bigint NOT NULL CHECK (last_seq >= seq), -- its newest entry
  status smallint NOT NULL CHECK (status BETWEEN 0 AND 2),
  product_id text COLLATE "C" NOT NULL,
  from_warehouse_id text COLLATE "C" NOT NULL,
  to_warehouse_id text COLLATE "C" NOT NULL,
  requested_by text,
  decided_by text,
  reason text,
  group_id text
);

CREATE INDEX transfer_pending ON holdfast.transfer (seq) WHERE status = 0;

CREATE TABLE holdfast.warehouse (
  position bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  name text NOT NULL,
  capacity bigint CHECK (capacity >= 0),
  reorder_threshold bigint NOT NULL CHECK (reorder_threshold >= 0),
  reorder_thresholds text NOT NULL, -- JSON, pairs of product and threshold
  sells boolean NOT NULL DEFAULT true,
  closed boolean NOT NULL DEFAULT false
);

-- Beside `warehouse`, whose rows may be long and hardly ever change.
CREATE TABLE holdfast.warehouse_stock (
  position bigint PRIMARY KEY, -- warehouse
  on_hand bigint NOT NULL CHECK (on_hand >= 0)
) WITH (fillfactor = 50);

-- What reads find records and entries by, written behind the commits in runs: see store/postings. Within a block of
-- 65,536 numbers two bytes say which. Lists below 0 are shared by keys that have few postings in a run.
CREATE TABLE holdfast.posting (
  kind smallint NOT NULL,
  list bigint NOT NULL,
  block bigint NOT NULL,
  run bigint NOT NULL, -- the watermark that the run began at
  seqs bytea NOT NULL,
  PRIMARY KEY (kind, list, block, run)
);

-- How far the postings go: behind it reads search the log.
CREATE TABLE holdfast.posting_watermark (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  commit_number bigint NOT NULL CHECK (commit_number >= 0),
  seq bigint NOT NULL CHECK (seq >= 0),
  salt bytea NOT NULL CHECK (length(salt) = 8) -- of the hashes of texts
);
INSERT INTO holdfast.posting_watermark
  SELECT true, 0, 0, decode(left(replace(gen_random_uuid()::text, '-', ''), 16), 'hex');

-- Answers kept for their keys, in the order in which they were stored: old ones are removed by commit.
CREATE TABLE holdfast.idempotency (
  key text COLLATE "C" PRIMARY KEY,
  commit_number bigint NOT NULL CHECK (commit_number > 0), -- commits
  place bigint NOT NULL CHECK (place >= 0), -- among the keys of its commit
  at bigint NOT NULL, -- the commit's
  fingerprint text NOT NULL,
  answer text NOT NULL
);
-- Unique, so that whoever reads on behind one of them misses none.
CREATE UNIQUE INDEX idempotency_stored ON holdfast.idempotency (commit_number, place);

-- Named texts that a program keeps beside the inventory. A commit says of each that it sets the SHA-256 of
-- its value.
CREATE TABLE holdfast.document (
  name text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

-- How far named consumers have come. Not part of the log: who reads it moves on without a commit.
CREATE TABLE holdfast.position (
  name text COLLATE "C" PRIMARY KEY,
  seq bigint NOT NULL,
  trial text -- written to see whether it can be
);

-- Which process leads a named consumer, and until when by the clock of the database.
CREATE TABLE holdfast.lease (
  name text COLLATE "C" PRIMARY KEY,
  holder uuid NOT NULL,
  expires_at timestamptz NOT NULL
);

-- The past is only added to.
CREATE FUNCTION holdfast.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the trail is only added to: % of % refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON holdfast.commits
  FOR EACH STATEMENT EXECUTE FUNCTION holdfast.refuse_change();

-- For people.

CREATE FUNCTION holdfast.record_id(seq bigint, random bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN lpad(to_hex(seq >> 28), 8, '0') || '-' || lpad(to_hex(seq >> 12 & 65535), 4, '0')
  || '-8' || lpad(to_hex(seq & 4095), 3, '0') || '-800' || to_hex(random >> 48)
  || '-' || lpad(to_hex(random & 281474976710655), 12, '0');

CREATE FUNCTION holdfast.instant(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE
RETURN to_timestamp(ms / 1000.0);

CREATE VIEW holdfast.stock AS
SELECT k.warehouse_id, k.product_id, l.available, l.held, l.allocated, l.unsellable,
  l.held + l.allocated AS reserved,
  l.available + l.held + l.allocated + l.unsellable AS on_hand,
  l.last_seq
FROM holdfast.level l JOIN holdfast.level_key k ON k.key = l.key;

CREATE VIEW holdfast.reservations AS
SELECT holdfast.record_id(r.seq, r.random) AS id, r.seq, k.warehouse_id, k.product_id, r.qty,
  (ARRAY['PENDING', 'CONFIRMED', 'RELEASED', 'EXPIRED', 'SHIPPED', 'CANCELLED'])[r.status + 1]
    AS status,
  coalesce(r.released, 0) AS released, coalesce(r.shipped, 0) AS shipped,
  coalesce(r.cancelled, 0) AS cancelled, coalesce(r.came_back, 0) AS came_back, r.owner, r.replaces, r.replaced_by, r.group_id,
  holdfast.instant(r.created_at) AS created_at, holdfast.instant(r.expires_at) AS expires_at
FROM holdfast.reservation r JOIN holdfast.level_key k ON k.key = r.level_key;

CREATE VIEW holdfast.transfers AS
SELECT holdfast.record_id(seq, random) AS id, seq, from_warehouse_id, to_warehouse_id, product_id,
  qty, (ARRAY['PENDING_APPROVAL', 'APPROVED', 'REJECTED'])[status + 1] AS status,
  requested_by, decided_by, reason, group_id,
  holdfast.instant(created_at) AS created_at, holdfast.instant(decided_at) AS decided_at
FROM holdfast.transfer;

-- The lines of the bodies, spelled out; `number` is that of a line's reservation or transfer. Of a reservation the
-- owner as RESERVED and OWNER_CHANGED say it; on other lines whose it is now.
CREATE VIEW holdfast.trail AS
SELECT e.seq,
  (ARRAY['RECEIVED', 'SOLD', 'RETURNED', 'DAMAGED', 'TRANSFERRED_OUT', 'TRANSFERRED_IN', 'REMOVED',
    'COUNTED', 'RESERVED', 'CANCELLED', 'SHIPPED', 'EXTENDED', 'TRANSFER_REQUESTED',
    'TRANSFER_REJECTED', 'WAREHOUSE_CHANGED', 'OWNER_CHANGED', 'SET_ASIDE', 'PUT_BACK',
    'WRITTEN_OFF', 'RECEIVED_ASIDE', 'COUNTED_ASIDE', 'CAME_BACK'])[e.type] AS type,
  coalesce(k.warehouse_id, e.warehouse ->> 0) AS warehouse_id,
  k.product_id, e.qty, e.available, e.held, e.allocated,
  coalesce((e.options ->> 'unsellable')::bigint, 0) AS unsellable, holdfast.instant(e.at) AS time,
  e.texts[2 * (e.options ->> 'actor')::int + 2] AS actor,
  (ARRAY['unconfirmed', 'released', 'expired', 'replaced'])[e.because] AS because,
  holdfast.instant(CASE WHEN e.type IN (9, 12) THEN e.at + (e.line ->> 10)::bigint
    WHEN e.because = 3 THEN (e.line ->> 11)::bigint END) AS expires_at,
  CASE e.type WHEN 9 THEN e.texts[2 * (e.line ->> 11)::int + 2]
    WHEN 16 THEN e.texts[2 * (e.line ->> 10)::int + 2] ELSE r.owner END AS owner,
  e.texts[2 * (e.options ->> 'group')::int + 2] AS group_id,
  e.reference ->> 0 AS reference_type, e.reference ->> 1 AS reference_id,
  holdfast.record_id(r.seq, r.random) AS reservation_id,
  holdfast.record_id(t.seq, t.random) AS transfer_id,
  t.from_warehouse_id, t.to_warehouse_id,
  coalesce(e.texts[2 * (e.options ->> 'metadata')::int + 2], e.warehouse::text) AS metadata,
  e.previous_seq
FROM (
  SELECT c.first_seq + l.place - 1 AS seq, c.at, b.texts, l.line,
    (l.line ->> 0)::int AS type, (l.line ->> 1)::bigint AS level_key,
    (l.line ->> 2)::bigint AS qty, (l.line ->> 3)::bigint AS available,
    (l.line ->> 4)::bigint AS held, (l.line ->> 5)::bigint AS allocated,
    (l.line ->> 6)::bigint AS previous_seq,
    CASE WHEN l.line ->> 0 = '3' THEN (l.line ->> 10)::int END AS because,
    CASE WHEN l.line ->> 0 = '15' THEN b.body -> 'warehouses' -> (l.line ->> 7)::int END AS warehouse,
    CASE WHEN l.line ->> 0 IN ('2', '3', '5', '6', '9', '10', '11', '12', '13', '14', '16', '22')
      THEN coalesce(nullif((l.line ->> 7)::bigint, 0), c.first_seq + l.place - 1) END AS number,
    o.options, b.texts[2 * (o.options ->> 'reference')::int + 2]::json AS reference
  FROM holdfast.commits c
  CROSS JOIN LATERAL (SELECT convert_from(c.body, 'UTF8')::json AS body,
    ARRAY(SELECT json_array_elements_text(convert_from(c.texts, 'UTF8')::json)) AS texts OFFSET 0) b
  CROSS JOIN LATERAL json_array_elements(b.body -> 'entries') WITH ORDINALITY l (line, place)
  CROSS JOIN LATERAL (
    SELECT CASE WHEN json_typeof(l.line -> -1) = 'object' THEN l.line -> -1 END AS options) o
  OFFSET 0) e
LEFT JOIN holdfast.level_key k ON k.key = e.level_key
LEFT JOIN holdfast.reservation r ON r.seq = e.number AND e.type IN (2, 3, 9, 10, 11, 12, 16, 22)
LEFT JOIN holdfast.transfer t ON t.seq = e.number AND e.type IN (5, 6, 13, 14);
