import { OperationalError } from '../../../model/operational-error.ts'
import { StoreFailure } from '../../failure.ts'
import type { Watermark } from '../../../postings/run.ts'
import type { Head, Move, Position, WarehouseRow } from '../../store.ts'
import type { FileId } from '../file/connection.ts'
import { CommitWriter } from './commit.ts'
import { writeFault } from '../file/faults.ts'
import { readHead, wasCommitted } from '../tables/head.ts'
import { DueHolds } from '../tables/due-holds.ts'
import { dueHolds } from '../tables/holds.ts'
import { oldKeys } from '../tables/keys.ts'
import { load } from './load.ts'
import { Found } from '../read/found.ts'
import { Log } from '../read/log.ts'
import { Posted } from '../read/posted.ts'
import { beginWriting, endLog } from '../file/log-bond.ts'
import type { PackedLoaded, PackedNeeds } from '../packed/needs.ts'
import { openToWrite, type OpenFile } from '../file/open-file.ts'
import type { PackedCommit, PackedState } from '../packed/packed-commit.ts'
import { movePosition, tryWrite } from '../tables/positions.ts'
import { Rebuild } from './rebuild.ts'
import {
  moveWatermark,
  readWatermark,
  writePostings,
  type PackedPostings,
} from '../tables/postings.ts'
import { readWarehouses } from '../tables/warehouses.ts'

/** So large the log may stay when it has been written back: twice its usual size. */
const LOG_BYTES = 32 * 1024 * 1024

/**
 * All that the writer's connection does, in the order in which it is asked. A worker thread answers
 * for it (see worker.ts), or the caller's own.
 */
export class WriteSession {
  readonly #file: OpenFile
  readonly #commits: CommitWriter
  readonly #dueHolds: DueHolds
  /** Why every commit fails until `recover`: those that were sent after a failed one build on it. */
  #failed: StoreFailure | null = null
  /**
   * The number of the newest commit, once `recover` has read it: one that does not follow on it builds on
   * one that was never sent.
   */
  #newest: number | null = null
  #rebuild: Rebuild | null = null
  /** Once holds of an owner or a group were asked for: it reads the log after the postings first, and goes on from there. */
  #found: Found | null = null

  constructor(path: string, options: WriteOptions) {
    this.#file = openToWrite(path, options.cacheKiB)
    try {
      const { connection } = this.#file
      connection.db.exec(`PRAGMA wal_autocheckpoint = ${options.checkpointPages}`)
      // A long snapshot lets the log grow; afterwards the disk gets its room back.
      connection.db.exec(`PRAGMA journal_size_limit = ${LOG_BYTES}`)
      if (options.maxPages !== undefined) {
        connection.db.exec(`PRAGMA max_page_count = ${options.maxPages}`)
      }
      this.#commits = new CommitWriter(connection)
      this.#dueHolds = new DueHolds(connection)
    } catch (error) {
      this.#file.close()
      throw error
    }
  }

  file(): FileId | null {
    return this.#file.connection.file
  }

  commit(packed: PackedCommit): void {
    if (this.#failed !== null) {
      const message = `a commit before this one failed: ${this.#failed.message}`
      throw new StoreFailure(message, { outcome: 'not-committed', fatal: this.#failed.fatal })
    }
    const { commit, at } = packed.head
    if (this.#newest !== null && commit !== this.#newest + 1) {
      const message = `commit ${commit} does not follow on ${this.#newest}`
      throw new StoreFailure(message, { outcome: 'not-committed' })
    }
    this.#dueHolds.heard(at)
    try {
      this.#commits.write(packed)
      this.#newest = commit
    } catch (error) {
      this.#failed = error as StoreFailure
      throw error
    }
  }

  load(needs: PackedNeeds): PackedLoaded {
    return this.#guarded(() => {
      const { connection } = this.#file
      const by = { heldFor: this.#heldFor, dueHolds: this.#dueHolds }
      return connection.atOnce(() => load(connection, needs, by))
    })
  }

  wasCommitted(batchId: string): boolean {
    if (this.#failed?.outcome === 'unknown') throw this.#failed
    return this.#guarded(() => wasCommitted(this.#file.connection, batchId))
  }

  recover(): { head: Head; warehouses: WarehouseRow[] } {
    return this.#guarded(() => {
      const { connection } = this.#file
      const found = connection.atOnce(() => ({
        head: readHead(connection),
        warehouses: readWarehouses(connection),
      }))
      if (this.#failed?.fatal !== true) this.#failed = null
      this.#newest = found.head.commit
      return found
    })
  }

  movePosition(move: Move): boolean {
    return this.#guarded(() => this.#inTransaction(() => movePosition(this.#file.connection, move)))
  }

  tryWrite(): void {
    this.#guarded(() => this.#inTransaction(() => tryWrite(this.#file.connection)))
  }

  oldKeys(before: number, limit: number): number {
    return this.#guarded(() => oldKeys(this.#file.connection, before, limit))
  }

  watermark(): Watermark {
    return this.#guarded(() => {
      const { commit, seq } = readWatermark(this.#file.connection)
      return { commit, seq }
    })
  }

  writePostings(run: number, packed: PackedPostings): void {
    const { connection } = this.#file
    this.#guarded(() => this.#inTransaction(() => writePostings(connection, run, packed)))
  }

  moveWatermark(to: Watermark): void {
    this.#guarded(() => this.#inTransaction(() => moveWatermark(this.#file.connection, to)))
  }

  beginRebuild(): void {
    this.#rebuild = this.#guarded(() => new Rebuild(this.#file.connection))
  }

  addCommit(packed: PackedCommit): void {
    this.#guarded(() => this.#rebuild!.commit(packed))
  }

  addPosition(position: Position): void {
    this.#guarded(() => this.#rebuild!.position(position))
  }

  addRows(packed: PackedState): void {
    this.#guarded(() => this.#rebuild!.add(packed))
  }

  finishRebuild(): void {
    this.#guarded(() => this.#rebuild!.finish())
  }

  abandonRebuild(): void {
    this.#guarded(() => this.#rebuild!.abandon())
  }

  dueHolds(now: number, limit: number): string[] {
    return this.#guarded(() => dueHolds(this.#file.connection, now, limit))
  }

  close(): void {
    // After a failed fsync nobody knows what the log has.
    if (this.#failed?.fatal !== true) endLog(this.#file.connection)
    this.#file.close()
  }

  readonly #heldFor: Found['heldFor'] = (wanted) => {
    const { connection } = this.#file
    this.#found ??= new Found(connection, new Log(connection), new Posted(connection))
    return this.#found.heldFor(wanted)
  }

  #inTransaction<T>(work: () => T): T {
    const { connection } = this.#file
    beginWriting(connection)
    try {
      const result = work()
      connection.run('COMMIT')
      return result
    } finally {
      if (connection.db.isTransaction) connection.run('ROLLBACK')
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (error instanceof OperationalError) throw error
      throw writeFault(error)
    }
  }
}

export type { FileId }

export interface WriteOptions {
  readonly cacheKiB: number
  readonly checkpointPages: number
  /** So large may the file become, for tests of a full disk. */
  readonly maxPages?: number | undefined
}
