// Preloaded into a process under test (`node --import`): changes PRAGMAs on their way to SQLite, so that the product
// needs no option that nobody must ever set.
//   HOLDFAST_PRAGMAS='{"synchronous":"NORMAL","wal_autocheckpoint":"10"}'
import { DatabaseSync } from 'node:sqlite'

const wanted = Object.entries(
  JSON.parse(process.env['HOLDFAST_PRAGMAS'] ?? '{}') as Record<string, string>,
)
const exec = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'exec')!.value as (
  this: DatabaseSync,
  sql: string,
) => void

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  let changed = sql
  for (const [name, value] of wanted)
    changed = changed.replaceAll(new RegExp(`(PRAGMA ${name} = )\\w+`, 'g'), `$1${value}`)
  exec.call(this, changed)
}
