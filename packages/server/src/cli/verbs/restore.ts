import { resolve } from 'node:path'
import { Argument } from 'commander'
import { restoreSqlite } from 'holdfast/sqlite'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { openToRead } from '../input/open-to-read.ts'
import { withFile } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { print, say } from '../output/streams.ts'
import { described, verifyShown } from '../output/verdict.ts'
import { postgresPlace } from '../postgres-place.ts'
import { backupPath, filePath } from '../store-of.ts'
import { addVerb } from '../verb.ts'

export function addRestore(line: CommandLine): void {
  addVerb<object>(
    line,
    {
      name: 'restore',
      group: 'Files:',
      summary: 'Verify a backup, and replace the inventory by it',
      args: [new Argument('<file>', 'the backup')],
      onlyDb: true,
      more: 'Nothing is deleted: the old file is kept beside it, with the time in its name.',
    },
    async ({ db, json: asJson, args }) => {
      if (postgresPlace(db) !== null)
        throw new Failure(
          'only a file can be restored',
          "PostgreSQL's own tools restore a database.",
        )
      const [from, to] = [backupPath(args[0]!), filePath(db)]
      await (await openToRead(from)).close()
      const verdict = await withFile(from, true, (inventory) => verifyShown(inventory), 'long')
      const kept = verdict.ok ? await restoreSqlite({ from, to }) : []
      const path = resolve(to)
      if (asJson) await print(json({ path, verdict, kept }))
      else {
        await print(described(verdict))
        if (verdict.ok) {
          for (const name of kept) await print(`kept: ${name}`)
          await print(
            `${path}\nPositions above ${verdict.seq} will be used again. Consumers and readers\n` +
              `outside the file that remember one must start again after ${verdict.seq}.\n` +
              'Tokens and webhooks are as they were then: revoke again what was revoked since.',
          )
        }
      }
      if (!verdict.ok)
        say('Nothing was changed. Restore another backup, or rebuild a copy of this one.')
      return verdict.ok ? EXIT.done : EXIT.failed
    },
  )
}
