// Rebuilds the file of the first argument, and dies before step N, the second argument, counted from 0.
import { rebuild } from '../../../src/index.ts'
import { sqlite } from '../../../src/store/sqlite/index.ts'
import type { OpenStore, Rebuilding, Store } from '../../../src/store/store.ts'

const [path, last] = process.argv.slice(2)
let stepsLeft = Number(last)

function step(): void {
  if (stepsLeft-- === 0) process.kill(process.pid, 'SIGKILL')
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
    return { reader: open.reader, writer, close: async () => open.close() }
  },
}
await rebuild(mortal)
process.stdout.write('done\n')
