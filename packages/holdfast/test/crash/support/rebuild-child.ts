// Rebuilds the file of the first argument, and dies before step N, the second argument, counted from 0. The third one
// says how many commits are a run of postings. Without threads, which have nothing to do between two steps.
import { rebuild } from '../../../src/index.ts'
import { SqliteStore } from '../../../src/store/sqlite/open.ts'
import type { OpenStore, Postings, Rebuilding, Store } from '../../../src/store/store.ts'

const [path, last, runCommits] = process.argv.slice(2)
let steps = 0

function step(): void {
  if (steps++ === Number(last)) process.kill(process.pid, 'SIGKILL')
}

function dyingPostings(postings: Postings): Postings {
  return {
    runCommits: postings.runCommits,
    watermark: async () => postings.watermark(),
    follow: async () => postings.follow(),
    extend: async (signal) => {
      step()
      const through = await postings.extend(signal)
      step()
      return through
    },
  }
}

function dying(rebuilding: Rebuilding): Rebuilding {
  return {
    ...rebuilding,
    add: async (rows) => {
      step()
      await rebuilding.add(rows)
    },
    finish: async () => {
      step()
      await rebuilding.finish()
      step()
    },
    abandon: async () => rebuilding.abandon(),
  }
}

const store = new SqliteStore({ path: path!, worker: false }, Number(runCommits))
const mortal: Store = {
  kind: store.kind,
  open: async (options) => {
    const open: OpenStore = await store.open(options)
    const writer = Object.create(open.writer) as NonNullable<OpenStore['writer']>
    writer.rebuild = async () => {
      step()
      const rebuilding = await open.writer!.rebuild()
      step()
      return dying(rebuilding)
    }
    const { reader } = open
    const postings = open.postings === null ? null : dyingPostings(open.postings)
    return { reader, postings, writer, close: async () => open.close() }
  },
}
await rebuild(mortal)
process.stdout.write(`done: ${steps} steps\n`)
