import { resolve } from 'node:path'

import { checkFlags, checkOptions, invalid } from '../../model/limits.ts'
import { RUN_COMMITS } from '../../postings/run.ts'
import type { OpenStore, Store } from '../store.ts'
import type { FileId } from './file/connection.ts'
import { isFilePath } from './file/file-path.ts'
import { Channels } from './thread/channels.ts'
import { checkNode } from './thread/needed-node.ts'
import type { SessionOptions, Role } from './thread/messages.ts'
import { SqlitePostings } from './postings.ts'
import { SqliteReader, type Length } from './reader.ts'
import type { Channel } from './thread/thread.ts'
import { SqliteWriter } from './writer.ts'

/** Hot pages of the writer: levels and the ends of the tables. Readers want less, and a snapshot reads each page once. */
const CACHE_KIB: Readonly<Record<Role, number>> = {
  write: 64 * 1024,
  read: 16 * 1024,
  snapshot: 8 * 1024,
}

/** The log is written back when it has grown by this many pages: 16 MB. */
const CHECKPOINT_PAGES = 4000

export interface SqliteOptions {
  /** The file; made at the first open. Beside it SQLite keeps its log, and we the writer's lock. */
  readonly path: string
  /** Runs SQL in threads of their own; false if a bundler loses the worker's file, so that no thread starts. */
  readonly worker?: boolean | undefined
  /** Pages that the writer keeps in memory, in MiB, 1 or more. Default: 64. */
  readonly cacheMiB?: number | undefined
  /** The most pages that the file may grow to, from 1; no fewer than it has. Beyond that the disk is full. */
  readonly maxPages?: number | undefined
}

const KNOWN: ReadonlySet<string> = new Set<keyof SqliteOptions>([
  'path',
  'worker',
  'cacheMiB',
  'maxPages',
])

/** The most that SQLite takes: 2^31 KiB less one MiB, and 2^32 pages less two. */
const MOST = { cacheMiB: 2_097_151, maxPages: 4_294_967_294 } as const

export class SqliteStore implements Store {
  readonly kind = 'sqlite'
  readonly #options: SqliteOptions
  readonly #runCommits: number

  /** Shorter runs are for tests. */
  constructor(options: SqliteOptions, runCommits = RUN_COMMITS) {
    this.#runCommits = runCommits
    checkOptions(options, KNOWN)
    if (typeof options.path !== 'string') throw invalid('path', 'must be the path of a file')
    checkFlags(options, ['worker'])
    for (const name of ['cacheMiB', 'maxPages'] as const) {
      const { [name]: value = 1 } = options
      if (!(Number.isInteger(value) && value >= 1 && value <= MOST[name]))
        throw invalid(name, `must be a whole number from 1 to ${MOST[name]}`)
    }
    // Threads start later: until then the program may have changed its folder.
    this.#options = { ...options, path: absolute(options.path) }
  }

  async open({ readOnly }: { readonly readOnly: boolean }): Promise<OpenStore> {
    checkNode()
    const { path, worker = true, cacheMiB, maxPages } = this.#options
    let same: FileId | null = null
    const optionsOf = (role: Role): SessionOptions => ({
      role,
      path,
      cacheKiB: (role === 'write' && (cacheMiB ?? 0) * 1024) || CACHE_KIB[role],
      checkpointPages: CHECKPOINT_PAGES,
      maxPages,
      runCommits: this.#runCommits,
      same,
    })
    const channels = new Channels(worker, optionsOf)
    // A reader says at once what is wrong with the file; beside a writer it starts when it is needed.
    const first = await channels.open(readOnly ? 'read' : 'write')
    same = await first.call<FileId | null>('file', [])
    const reading = new Map<Length, Promise<Channel>>()
    if (readOnly) reading.set('short', Promise.resolve(first))
    const readingChannel = async (length: Length): Promise<Channel> => {
      // In one thread a second connection would keep nobody from waiting.
      const known = worker ? length : 'short'
      const channel = reading.get(known) ?? channels.open('read')
      reading.set(known, channel)
      return channel.catch((error: unknown) => {
        reading.delete(known) // the next one who reads tries again
        throw error
      })
    }
    return {
      writer: readOnly ? null : new SqliteWriter(first),
      reader: new SqliteReader(channels, readingChannel),
      postings: readOnly
        ? null
        : new SqlitePostings(async () => readingChannel('long'), first, this.#runCommits),
      close: async () => channels.closeAll(),
    }
  }
}

function absolute(path: string): string {
  return isFilePath(path) ? resolve(path) : path
}
