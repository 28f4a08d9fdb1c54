/**
 * What the migrations make, a line each: kind, name and table; then its parts. What PostgreSQL prints of views and
 * functions stands as the beginning of its SHA-256. A test compares it with a schema that was just made, and says which
 * lines have to be put here.
 */
export const MADE: readonly string[] = `
constraint commits_check on commits: CHECK (last_seq >= (first_seq - 1))
constraint commits_first_seq_check on commits: CHECK (first_seq > 0)
constraint commits_hash_check on commits: CHECK (length(hash) = 32)
constraint commits_number_check on commits: CHECK (number > 0)
constraint commits_pkey on commits: PRIMARY KEY (number)
constraint document_pkey on document: PRIMARY KEY (name)
constraint head_lock_one_check on head_lock: CHECK one
constraint head_lock_pkey on head_lock: PRIMARY KEY (one)
constraint holdfast_migration_pkey on holdfast_migration: PRIMARY KEY (number)
constraint idempotency_commit_number_check on idempotency: CHECK (commit_number > 0)
constraint idempotency_pkey on idempotency: PRIMARY KEY (key)
constraint idempotency_place_check on idempotency: CHECK (place >= 0)
constraint lease_pkey on lease: PRIMARY KEY (name)
constraint level_allocated_check on level: CHECK (allocated >= 0)
constraint level_available_check on level: CHECK (available >= 0)
constraint level_held_check on level: CHECK (held >= 0)
constraint level_key_check on level: CHECK (key > 0)
constraint level_key_key_check on level_key: CHECK (key > 0)
constraint level_key_pkey on level_key: PRIMARY KEY (key)
constraint level_key_product_id_warehouse_id_key on level_key: UNIQUE (product_id, warehouse_id)
constraint level_last_count_check on level: CHECK (last_count >= 0)
constraint level_last_reservation_check on level: CHECK (last_reservation >= 0)
constraint level_pkey on level: PRIMARY KEY (key)
constraint level_unsellable_check on level: CHECK (unsellable >= 0)
constraint position_pkey on position: PRIMARY KEY (name)
constraint posting_pkey on posting: PRIMARY KEY (kind, list, block, run)
constraint posting_watermark_commit_number_check on posting_watermark: CHECK (commit_number >= 0)
constraint posting_watermark_one_check on posting_watermark: CHECK one
constraint posting_watermark_pkey on posting_watermark: PRIMARY KEY (one)
constraint posting_watermark_salt_check on posting_watermark: CHECK (length(salt) = 8)
constraint posting_watermark_seq_check on posting_watermark: CHECK (seq >= 0)
constraint reservation_check on reservation: CHECK (last_seq >= seq)
constraint reservation_check1 on reservation: CHECK ((behind >= 0) AND (behind < seq))
constraint reservation_check2 on reservation: CHECK ((COALESCE(released, shipped, cancelled, came_back) IS NULL) OR ((LEAST(released, shipped, cancelled, came_back) > 0) AND (((COALESCE(released, (0)::bigint) + COALESCE(shipped, (0)::bigint)) + COALESCE(cancelled, (0)::bigint)) <= qty) AND (COALESCE(came_back, (0)::bigint) <= COALESCE(shipped, (0)::bigint))))
constraint reservation_pkey on reservation: PRIMARY KEY (seq)
constraint reservation_qty_check on reservation: CHECK (qty > 0)
constraint reservation_seq_check on reservation: CHECK (seq > 0)
constraint reservation_status_check on reservation: CHECK ((status >= 0) AND (status <= 5))
constraint transfer_check on transfer: CHECK (last_seq >= seq)
constraint transfer_pkey on transfer: PRIMARY KEY (seq)
constraint transfer_qty_check on transfer: CHECK (qty > 0)
constraint transfer_seq_check on transfer: CHECK (seq > 0)
constraint transfer_status_check on transfer: CHECK ((status >= 0) AND (status <= 2))
constraint warehouse_capacity_check on warehouse: CHECK (capacity >= 0)
constraint warehouse_id_key on warehouse: UNIQUE (id)
constraint warehouse_pkey on warehouse: PRIMARY KEY (position)
constraint warehouse_reorder_threshold_check on warehouse: CHECK (reorder_threshold >= 0)
constraint warehouse_stock_on_hand_check on warehouse_stock: CHECK (on_hand >= 0)
constraint warehouse_stock_pkey on warehouse_stock: PRIMARY KEY (position)
function instant(bigint): timestamp with time zone, sql, volatility i, as 90b150ac1de6cd19
function must(boolean, text, text): void, plpgsql, volatility v, source f7d6492a7ad7bc7a
function record_id(bigint, bigint): text, sql, volatility i, as 5f400d4364d2b049
function refuse_change(): trigger, plpgsql, volatility v, source 863f8040b92390b0
index commits_last_seq on commits: btree (last_seq)
index idempotency_stored on idempotency: UNIQUE btree (commit_number, place)
index reservation_due on reservation: btree (expires_at) WHERE (status = 0)
index reservation_pending on reservation: btree (level_key, expires_at) WHERE (status = 0)
index transfer_pending on transfer: btree (seq) WHERE (status = 0)
table commits: number bigint NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL, at bigint NOT NULL, level_keys bigint NOT NULL, batch_id uuid NOT NULL, hash bytea NOT NULL, body bytea NOT NULL, texts bytea, lines_at integer[], texts_at integer[]
table document: name text COLLATE "C" NOT NULL, value text NOT NULL
table head_lock: one boolean NOT NULL DEFAULT true, fence bigint NOT NULL DEFAULT 1
table holdfast_migration: number bigint NOT NULL, name text NOT NULL, checksum text NOT NULL, applied_at timestamp with time zone NOT NULL DEFAULT now()
table idempotency: key text COLLATE "C" NOT NULL, commit_number bigint NOT NULL, place bigint NOT NULL, at bigint NOT NULL, fingerprint text NOT NULL, answer text NOT NULL
table lease: name text COLLATE "C" NOT NULL, holder uuid NOT NULL, expires_at timestamp with time zone NOT NULL
table level: key bigint NOT NULL, available bigint NOT NULL, held bigint NOT NULL, allocated bigint NOT NULL, last_seq bigint NOT NULL, last_reservation bigint NOT NULL, unsellable bigint NOT NULL DEFAULT 0, last_count bigint NOT NULL DEFAULT 0
table level_key: key bigint NOT NULL, product_id text COLLATE "C" NOT NULL, warehouse_id text COLLATE "C" NOT NULL
table position: name text COLLATE "C" NOT NULL, seq bigint NOT NULL, trial text
table posting: kind smallint NOT NULL, list bigint NOT NULL, block bigint NOT NULL, run bigint NOT NULL, seqs bytea NOT NULL
table posting_watermark: one boolean NOT NULL DEFAULT true, commit_number bigint NOT NULL, seq bigint NOT NULL, salt bytea NOT NULL
table reservation: seq bigint NOT NULL, level_key bigint NOT NULL, qty bigint NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, random bigint NOT NULL, last_seq bigint NOT NULL, behind bigint NOT NULL, released bigint, shipped bigint, cancelled bigint, came_back bigint, status smallint NOT NULL, owner text, replaces text, replaced_by text, group_id text
table transfer: seq bigint NOT NULL, qty bigint NOT NULL, created_at bigint NOT NULL, decided_at bigint, random bigint NOT NULL, last_seq bigint NOT NULL, status smallint NOT NULL, product_id text COLLATE "C" NOT NULL, from_warehouse_id text COLLATE "C" NOT NULL, to_warehouse_id text COLLATE "C" NOT NULL, requested_by text, decided_by text, reason text, group_id text
table warehouse: position bigint NOT NULL IDENTITY, id text COLLATE "C" NOT NULL, name text NOT NULL, capacity bigint, reorder_threshold bigint NOT NULL, reorder_thresholds text NOT NULL, sells boolean NOT NULL DEFAULT true, closed boolean NOT NULL DEFAULT false
table warehouse_stock: position bigint NOT NULL, on_hand bigint NOT NULL
trigger only_added_to on commits: type 58, refuse_change(), on
view reservations: id text, seq bigint, warehouse_id text COLLATE "C", product_id text COLLATE "C", qty bigint, status text, released bigint, shipped bigint, cancelled bigint, came_back bigint, owner text, replaces text, replaced_by text, group_id text, created_at timestamp with time zone, expires_at timestamp with time zone, as fcf130bb78a73e06
view stock: warehouse_id text COLLATE "C", product_id text COLLATE "C", available bigint, held bigint, allocated bigint, unsellable bigint, reserved bigint, on_hand bigint, last_seq bigint, as 8f448160ea0678a1
view trail: seq bigint, type text, warehouse_id text COLLATE "C", product_id text COLLATE "C", qty bigint, available bigint, held bigint, allocated bigint, unsellable bigint, time timestamp with time zone, actor text, because text, expires_at timestamp with time zone, owner text, group_id text, reference_type text, reference_id text, reservation_id text, transfer_id text, from_warehouse_id text COLLATE "C", to_warehouse_id text COLLATE "C", metadata text, previous_seq bigint, as a8f2ad97ff953380
view transfers: id text, seq bigint, from_warehouse_id text COLLATE "C", to_warehouse_id text COLLATE "C", product_id text COLLATE "C", qty bigint, status text, requested_by text, decided_by text, reason text, group_id text, created_at timestamp with time zone, decided_at timestamp with time zone, as 8796d4e3dee9e3de
`
  .trim()
  .split('\n')
