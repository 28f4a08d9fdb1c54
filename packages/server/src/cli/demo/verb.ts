import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { create } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { print } from '../output/streams.ts'
import { described, verifyShown } from '../output/verdict.ts'
import { postgresPlace } from '../postgres-place.ts'
import { mustBeNew, shownPlace } from '../store-of.ts'
import { addVerb } from '../verb.ts'
import { flashSale, saleReport } from './flash-sale.ts'
import { playTrace } from './trace.ts'

export function addDemo(line: CommandLine): void {
  addVerb<object>(
    line,
    {
      name: 'demo',
      group: 'Try it:',
      summary: 'Show it at work: a small trace, then 10,000 buyers for 1,000 units',
      onlyDb: 'a new file (else one in the temporary folder; HOLDFAST_DB is ignored)',
    },
    async ({ dbFlag, json: asJson }) => {
      const path = dbFlag ?? join(await mkdtemp(join(tmpdir(), 'holdfast-demo-')), 'demo.db')
      await mustBeNew(path, 'The demo needs a new file.')
      const tell = async (text: string): Promise<void> => {
        if (!asJson) await print(text)
      }
      await using inventory = await create(path, {
        warehouses: [
          { id: 'SF', name: 'San Francisco' },
          { id: 'NYC', name: 'New York' },
        ],
      })
      await tell('1. The specification’s trace\n')
      const trace = await playTrace(inventory, tell)
      await tell('\n2. A flash sale: 10,000 buyers at once, 1,000 units\n')
      const sale = await flashSale(inventory)
      await tell(saleReport(sale))
      await tell('\n3. The proof\n')
      const verdict = await verifyShown(inventory)
      await tell(described(verdict))
      await tell(
        `\nThe ${postgresPlace(path) === null ? 'file' : 'schema'}: ${shownPlace(path)}\nLook closer: holdfast explain -w SF -p LAPTOP --db ${shownPlace(path)}`,
      )
      if (asJson) await print(json({ path: shownPlace(path), trace, sale, verdict }))
      const isRight = verdict.ok && sale.held === sale.units && trace.accountedFor === 10
      return isRight ? EXIT.done : EXIT.failed
    },
  )
}
