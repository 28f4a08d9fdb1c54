import { setImmediate as turn } from 'node:timers/promises'
import { HeadMoved, StoreFailure } from '../../src/store/failure.ts'
import type { HeadLock, Commit, OpenStore, Store, Writer } from '../../src/store/store.ts'

export interface Chances {
  /** Returns a number from 0 to 1; seeded, so that a failure can be reproduced. */
  readonly draw: () => number
  /** How often a commit fails in one of the ways in which a database can fail. */
  readonly failing: number
  /** Whether other processes write too: how often one is said to have come between. Null if this process is alone. */
  readonly moving: number | null
}

/**
 * A real store behind a bad connection: commits fail before or after they became durable, answers come late, searching
 * for a commit fails for a while. None of its failures is fatal.
 */
export function faultyStore(store: Store, chances: Chances): Store {
  return {
    kind: store.kind,
    open: async (options) => {
      const open = await store.open(options)
      return open.writer === null ? open : withFaults(open, open.writer, chances)
    },
  }
}

function withFaults(open: OpenStore, writer: Writer, chances: Chances): OpenStore {
  const { draw, failing, moving } = chances
  let broken = false
  const late = async (): Promise<void> => {
    while (draw() < 0.5) await turn()
  }
  const commit = async (one: Commit): Promise<number | null> => {
    const fails = draw() < failing
    const durable = draw() < 0.5
    const known = draw() < 0.5
    const retriable = draw() < 0.5
    if (broken)
      throw new StoreFailure('a commit before it failed', { outcome: 'not-committed', retriable })
    if (moving !== null && draw() < moving) {
      broken = true
      throw new HeadMoved()
    }
    if (!fails) {
      const done = writer.commit(one)
      await late()
      await done
      return moving === null ? null : Date.now()
    }
    broken = true
    if (durable) await writer.commit(one)
    await late()
    if (durable || !known)
      throw new StoreFailure('the connection died while committing', { outcome: 'unknown' })
    throw new StoreFailure('the commit failed', { outcome: 'not-committed', retriable })
  }
  return {
    reader: open.reader,
    postings: open.postings,
    close: () => open.close(),
    writer: {
      ...bound(writer),
      ...(moving === null ? {} : { depth: 2, headLock: lockOf(writer, late) }),
      commit: inOrder(commit),
      wasCommitted: async (batchId) => {
        await late()
        if (draw() < 0.3)
          throw new StoreFailure('cannot be reached now', { outcome: 'not-committed' })
        return writer.wasCommitted(batchId)
      },
      load: async (needs) => {
        await late()
        if (draw() < failing / 4) {
          throw new StoreFailure('cannot be reached now', {
            outcome: 'not-committed',
            retriable: draw() < 0.5,
          })
        }
        return writer.load(needs)
      },
      recover: async () => {
        await late()
        broken = false
        return writer.recover()
      },
    },
  }
}

/** Each commit begins when the one before it has ended, successfully or not. */
function inOrder(commit: Writer['commit']): Writer['commit'] {
  let last: Promise<unknown> = Promise.resolve()
  return async (one) => {
    const done = last.then(() => commit(one))
    last = done.catch(() => undefined)
    return done
  }
}

function lockOf(writer: Writer, late: () => Promise<void>): HeadLock {
  return {
    acquire: async () => {
      await late()
      const { head } = await writer.recover()
      return { head, now: Date.now() }
    },
    release: async () => undefined,
  }
}

/** The writer's methods, bound, whatever its class. */
function bound(writer: Writer): Writer {
  return {
    depth: writer.depth,
    carry: writer.carry,
    headLock: writer.headLock,
    watch: writer.watch,
    load: (needs) => writer.load(needs),
    commit: (commit) => writer.commit(commit),
    wasCommitted: (batchId) => writer.wasCommitted(batchId),
    recover: () => writer.recover(),
    movePosition: (move) => writer.movePosition(move),
    tryWrite: () => writer.tryWrite(),
    oldKeys: (before, limit) => writer.oldKeys(before, limit),
    rebuild: () => writer.rebuild(),
    dueHolds: (now, limit) => writer.dueHolds(now, limit),
    lead: (name) => writer.lead(name),
    resign: (name) => writer.resign(name),
  }
}
