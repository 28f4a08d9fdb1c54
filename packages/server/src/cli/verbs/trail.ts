import type { AuditEntry, AuditFilter, Remembered } from 'holdfast'
import { LISTS } from 'holdfast/model'
import { InvalidArgumentError } from 'commander'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { fieldFlags } from '../flags/field-flag.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { withReader } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { noteWarehouse } from '../output/note-warehouse.ts'
import { nobodyReads, print, say } from '../output/streams.ts'
import { table } from '../output/table.ts'
import { ENTRIES } from '../output/tables.ts'
import { printVerdict, verifyShown } from '../output/verdict.ts'
import { addVerb, optional } from '../verb.ts'

const GROUP = 'Trail:'

export function addTrail(line: CommandLine): void {
  addVerb<AuditFilter>(
    line,
    {
      name: 'audit',
      group: GROUP,
      summary: LISTS.audit.summary,
      flags: [
        ...fieldFlags(LISTS.audit.filters),
        optional('--limit <entries>', 'at most this many').argParser(wholeNumber),
      ],
      more: 'With --json: one entry per line, with its metadata and the balances after it.',
    },
    async ({ target, json: asJson, flags }) => {
      await withReader(target, async (inventory) => {
        const { limit = Infinity } = flags
        // One more, to know whether there are more.
        const entries = inventory.audit(
          limit > 0 && limit < Infinity ? { ...flags, limit: limit + 1 } : flags,
        )
        const found = await printEntries(entries, limit, asJson)
        if (!found) await noteWarehouse(inventory, flags.warehouseId)
      })
      return EXIT.done
    },
  )

  addVerb<{ expect?: Remembered }>(
    line,
    {
      name: 'verify',
      group: GROUP,
      summary: 'Prove the trail: hashes, sums, balances, gaps',
      flags: [
        optional(
          '--expect <seq:hash>',
          'a remembered position, which the trail must still contain',
        ).argParser(remembered),
      ],
      more: 'Prints SEQ:HASH; keep it elsewhere. Exit code 1 if it finds a fault.',
    },
    async ({ target, json: asJson, flags }) =>
      withReader(
        target,
        async (inventory) => {
          const verdict = await verifyShown(inventory, flags.expect)
          await printVerdict(verdict, asJson)
          return verdict.ok ? EXIT.done : EXIT.failed
        },
        'long',
      ),
  )

  addVerb<object>(
    line,
    {
      name: 'head',
      group: GROUP,
      summary: 'Print the newest position of the trail, to remember it',
      more: 'Example: holdfast verify --expect "$(holdfast head)"',
    },
    async ({ target, json: asJson }) => {
      await withReader(target, async (inventory) => {
        const head = await inventory.head()
        await print(asJson ? json(head) : `${head.seq}:${head.hash}`)
      })
      return EXIT.done
    },
  )
}

/** How many entries are printed together: fast for a file, and soon for a reader. */
const PIECE = 200

/** False if there is nothing to print. */
async function printEntries(
  entries: AsyncIterable<AuditEntry>,
  limit: number,
  asJson: boolean,
): Promise<boolean> {
  let piece: AuditEntry[] = []
  let first = true
  let left = limit
  let last = 0
  const flush = async (): Promise<void> => {
    if (asJson) await print(piece.map(json).join('\n'))
    else await print(table(ENTRIES, piece, { header: first }))
    piece = []
    first = false
  }
  let hasMore = false
  for await (const entry of entries) {
    hasMore = left-- === 0
    if (hasMore) break
    piece.push(entry)
    last = entry.seq
    if (piece.length < PIECE) continue
    await flush()
    if (nobodyReads()) return true
  }
  if (piece.length > 0) await flush()
  else if (first && !asJson) say('none')
  if (hasMore && !asJson) say(`There are more: --after ${last} continues.`)
  return !first
}

function remembered(text: string): Remembered {
  const [, seq, hash] = /^(\d{1,16}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) {
    throw new InvalidArgumentError('It must be SEQ:HASH, as printed by verify and head.')
  }
  return { seq: Number(seq), hash }
}
