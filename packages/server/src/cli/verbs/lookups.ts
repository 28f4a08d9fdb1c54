import { shownId } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { COMMANDS } from 'holdfast/model'
import { fieldFlags } from '../flags/field-flag.ts'
import { pointInTime } from '../flags/point-in-time.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { withReader, type AnyInventory } from '../open-inventory.ts'
import { printAnswer } from '../output/answer.ts'
import { explanation } from '../output/explanation.ts'
import { json } from '../output/json.ts'
import { print, say } from '../output/streams.ts'
import { addVerb, optional, required, type Given, type VerbShape } from '../verb.ts'

const { warehouseId, productId } = COMMANDS.addStock.fields
const LEVEL = { warehouseId, productId }

interface Place {
  readonly warehouseId: string
  readonly productId: string
}

/** Reads of one record. */
export function addLookups(line: CommandLine): void {
  addLookup<Place>(
    line,
    {
      name: 'stock',
      group: 'Stock:',
      summary: 'Show the counts of one product in one warehouse',
      flags: fieldFlags(LEVEL),
    },
    async (inventory, { flags, json: asJson }) => {
      const found = await inventory.stock(flags)
      await printAnswer(found, asJson)
      if (found.onHand === 0) await noteEmpty(inventory, flags)
    },
  )
  addLookup<Place & { time: number }>(
    line,
    {
      name: 'stock-at',
      group: 'Stock:',
      summary: 'Show the counts at a past time',
      flags: [
        ...fieldFlags(LEVEL),
        required(
          '--time <time>',
          'like 2026-11-23T09:30:00Z or 2026-11-23T09:30:00+01:00, or milliseconds',
        ).argParser(pointInTime),
      ],
    },
    async (inventory, { flags, json: asJson }) =>
      printAnswer(await inventory.stockAt(flags), asJson),
  )
  addLookup<Place & { limit?: number }>(
    line,
    {
      name: 'explain',
      group: 'Stock:',
      summary: 'Show why the counts are what they are: the newest entries',
      flags: [
        ...fieldFlags(LEVEL),
        optional('--limit <entries>', 'at most this many entries').argParser(wholeNumber),
      ],
    },
    async (inventory, { flags, json: asJson }) => {
      const found = await inventory.explain(flags)
      await print(asJson ? json(found) : explanation(found))
    },
  )
  addLookup<{ reservationId: string }>(
    line,
    {
      name: 'get-reservation',
      group: 'Reservations:',
      summary: 'Show one reservation',
      flags: fieldFlags(COMMANDS.release.fields),
    },
    async (inventory, { flags, json: asJson }) =>
      printAnswer(await inventory.getReservation(flags), asJson),
  )
  addLookup<{ transferId: string }>(
    line,
    {
      name: 'get-transfer',
      group: 'Transfers:',
      summary: 'Show one transfer',
      flags: fieldFlags(COMMANDS.approveTransfer.fields),
    },
    async (inventory, { flags, json: asJson }) =>
      printAnswer(await inventory.getTransfer(flags), asJson),
  )
}

/** Says so if a product was never there: its id may be mistyped. */
async function noteEmpty(inventory: AnyInventory, place: Place): Promise<void> {
  const { entries } = await inventory.explain({ ...place, limit: 1 })
  if (entries.length > 0) return
  const [product, warehouse] = [shownId(place.productId), shownId(place.warehouseId)]
  say(`note: nothing ever happened to ${product} in ${warehouse}`)
}

function addLookup<Flags extends object>(
  line: CommandLine,
  shape: VerbShape,
  show: (inventory: AnyInventory, given: Given<Flags>) => Promise<void>,
): void {
  addVerb<Flags>(line, shape, async (given) => {
    await withReader(given.target, (inventory) => show(inventory, given))
    return EXIT.done
  })
}
