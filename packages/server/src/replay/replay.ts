import { setFlagsFromString } from 'node:v8'
import type { Inventory } from 'holdfast'
import { SourceFile } from '../cli/input/source-file.ts'
import { create, withFile } from '../cli/open-inventory.ts'
import { counted } from '../cli/output/counted.ts'
import { progress } from '../cli/output/progress.ts'
import { say } from '../cli/output/streams.ts'
import { verifyShown } from '../cli/output/verdict.ts'
import type { Cover } from './cover.ts'
import { openingStock, stockUp } from './opening.ts'
import { WAREHOUSES } from './places.ts'
import { readPosition, type Identity } from './position.ts'
import { Seller } from './sell.ts'
import { stockTotal } from './stock-total.ts'
import { summarise, type Evidence, type Summary } from './summary.ts'
import { survey, type Survey } from './survey.ts'
import { foldTrail, soldInvoices } from './trail-fold.ts'

/** What this run did, and its speed between the first operation and the last. */
export interface Run {
  readonly operations: number
  readonly seconds: number
  readonly operationsPerSecond: number
  /** Whether it continued an earlier run. */
  readonly continued: boolean
}

/** A replay needs few records besides its levels: with a small cache it stays below 400 MB. */
const SMALL = { cacheRecords: 20_000, cacheMiB: 16 } as const

/** Replays a file of orders. Resolves with null if it was stopped before the end. */
export async function replay(
  path: string,
  db: string,
  cover: Cover,
  signal: AbortSignal,
): Promise<{ readonly summary: Summary; readonly run: Run } | null> {
  await using file = await SourceFile.open(path)
  const identity: Identity = { file: file.name, sha256: await file.digest(), cover: cover.text }
  const found = await survey(
    file,
    () => progress('reading the file', file.read, file.bytes),
    (line, problem) => say(`line ${line}: ${problem}`),
  )
  const unlisted = found.malformed.count - found.malformed.first.length
  if (unlisted > 0) say(`… and ${counted(unlisted, 'more malformed line')}`)

  // Most objects here are short-lived: frequent collection saves 50 MB and no time is lost.
  setFlagsFromString('--heap-growing-percent=50')
  const run = await apply(db, file, found, cover, identity, signal)
  if (run === null) return null
  // Opened again, so that the writer's caches are freed before the proof needs memory.
  const evidence = await withFile(
    db,
    true,
    (inventory) => gather(inventory, identity, found, cover),
    'long',
  )
  return { summary: summarise(evidence), run }
}

async function gather(
  inventory: Inventory,
  identity: Identity,
  found: Survey,
  cover: Cover,
): Promise<Evidence> {
  const { seq } = await inventory.head()
  const fold = await foldTrail(inventory, (entries) => progress('adding up', entries, seq))
  return {
    identity,
    survey: found,
    openingUnits: openingStock(found, cover).reduce((sum, { qty }) => sum + qty, 0),
    fold,
    sold: await soldInvoices(inventory, fold),
    stock: await stockTotal(inventory),
    verdict: await verifyShown(inventory),
  }
}

async function apply(
  db: string,
  file: SourceFile,
  found: Survey,
  cover: Cover,
  identity: Identity,
  signal: AbortSignal,
): Promise<Run | null> {
  await using inventory = await create(db, SMALL)
  const from = await readPosition(inventory, identity)
  for (const warehouse of WAREHOUSES) await inventory.changeWarehouse(warehouse)
  const began = performance.now()
  const stocked = await stockUp(inventory, openingStock(found, cover), identity, from)
  const seller = new Seller(inventory, identity, stocked.position)
  const onLine = (line: number): void => progress('replaying', line, found.lines + 1)
  if (!(await seller.sell(file, found, { onLine, signal }))) return null
  const seconds = (performance.now() - began) / 1000
  const operations = stocked.operations + seller.operations
  const operationsPerSecond = Math.round(operations / seconds)
  const continued = from.opening > 0
  return { operations, seconds, operationsPerSecond, continued }
}
