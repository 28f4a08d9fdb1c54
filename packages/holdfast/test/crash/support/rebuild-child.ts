// Rebuilds the file of the first argument, and dies before step N, the second argument, counted from 0.
import { rebuild } from '../../../src/index.ts'
import { sqlite } from '../../../src/store/sqlite/index.ts'
import type { OpenStore, Postings, Rebuilding, Store } from '../../../src/store/store.ts'

const [path, last] = process.argv.slice(2)
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

const store = sqlite(path!)
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
