// Writes postings, and dies before step N of it, counted from 0: a slice of rows, or a move of the watermark.
//   node --conditions=source posting-child.ts sqlite FILE COMMITS N
//   node --conditions=source posting-child.ts postgres URL SCHEMA COMMITS N
import { Client, Pool } from 'pg'
import { PostgresStore } from '../../src/store/postgres/open.ts'
import { SqliteStore } from '../../src/store/sqlite/open.ts'
import { WriteSession } from '../../src/store/sqlite/write/session.ts'

const [kind, where = '', ...rest] = process.argv.slice(2)
const schema = kind === 'postgres' ? rest.shift() : undefined
const [runCommits, last] = rest.map(Number)
let stepsLeft = last!

function step(): void {
  if (stepsLeft-- === 0) process.kill(process.pid, 'SIGKILL')
}

const writes = WriteSession.prototype as unknown as Record<string, (...args: unknown[]) => void>
for (const name of ['writePostings', 'moveWatermark']) {
  const write = writes[name]!
  writes[name] = function (...args) {
    step()
    write.apply(this, args)
  }
}

class MortalClient extends Client {
  override query = ((...args: unknown[]) => {
    const { text = '' } = args[0] as { text?: string }
    if (/INSERT INTO \S+posting|UPDATE \S+posting_watermark/.test(text)) step()
    return (super.query as (...all: unknown[]) => unknown)(...args)
  }) as Client['query']
}

const store =
  schema === undefined
    ? new SqliteStore({ path: where, worker: false }, runCommits)
    : new PostgresStore(
        {
          pool: new Pool({ connectionString: where, Client: MortalClient, allowExitOnIdle: true }),
          schema,
        },
        runCommits,
      )
const open = await store.open({ readOnly: false })
while ((await open.postings!.extend()) !== null);
await open.close()
process.stdout.write('done\n')
