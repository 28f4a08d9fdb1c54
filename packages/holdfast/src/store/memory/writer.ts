import { OperationalError } from '../../model/operational-error.ts'
import type { Commit, Loaded, Move, Needs, Rebuilding, Writer } from '../store.ts'
import { addRows, commitTo } from './commit.ts'
import { load } from './load.ts'
import { Records } from './records.ts'

export class MemoryWriter implements Writer {
  readonly depth = 1
  readonly carry = null
  readonly headLock = null
  readonly watch = null
  readonly #all: Records
  readonly #isOpen: () => boolean

  constructor(records: Records, isOpen: () => boolean) {
    this.#all = records
    this.#isOpen = isOpen
  }

  get #records(): Records {
    if (!this.#isOpen()) throw new OperationalError('STORE_CLOSED', 'the store is closed')
    return this.#all
  }

  async load(needs: Needs): Promise<Loaded> {
    return load(this.#records, needs)
  }

  async commit(commit: Commit): Promise<null> {
    commitTo(this.#records, commit)
    return null
  }

  async wasCommitted(batchId: string): Promise<boolean> {
    const found = this.#records.commits.findLast((commit) => commit.batchId === batchId)
    return found !== undefined
  }

  async recover(): ReturnType<Writer['recover']> {
    const { head, warehouses } = this.#records
    return { head, warehouses: [...warehouses.values()] }
  }

  async movePosition({ name, from, to }: Move): Promise<boolean> {
    const { positions } = this.#records
    if ((positions.get(name) ?? null) !== from) return false
    if (to === null) positions.delete(name)
    else positions.set(name, to)
    return true
  }

  async tryWrite(): Promise<void> {
    void this.#records
  }

  async oldKeys(before: number, limit: number): Promise<number> {
    let through = 0
    let looked = 0
    for (const { at, commit } of this.#records.keys.values()) {
      if (at >= before || looked++ === limit) break
      through = commit
    }
    return through
  }

  async rebuild(): Promise<Rebuilding> {
    const records = this.#records
    const rebuilt = new Records()
    const { head: before } = rebuilt
    const copied = new Records()
    return {
      commit: async (commit) => commitTo(copied, commit),
      position: async ({ name, seq }) => void copied.positions.set(name, seq),
      add: async (rows) => addRows(rebuilt, { ...rows, before }),
      finish: async () => {
        if (copied.head.commit > 0) records.takeLog(copied)
        records.takeState(rebuilt)
      },
      abandon: async () => undefined,
    }
  }

  async dueHolds(now: number, limit: number): Promise<readonly string[]> {
    const due: string[] = []
    for (const hold of this.#records.pending) {
      if (hold.expiresAt >= now || due.length === limit) break
      due.push(hold.id)
    }
    return due
  }

  async lead(_name: string): Promise<boolean> {
    return true
  }

  async resign(_name: string): Promise<void> {}
}
