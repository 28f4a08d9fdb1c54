import { Argument } from 'commander'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { json } from '../output/json.ts'
import { print, say } from '../output/streams.ts'
import { shownPlace } from '../store-of.ts'
import { addVerb, optional } from '../verb.ts'
import { cover, type Cover } from '../../replay/cover.ts'
import { replay } from '../../replay/replay.ts'
import { report } from '../../replay/report.ts'

const MORE = `The file has the columns of the UCI data set "Online Retail": InvoiceNo,
StockCode, Description, Quantity, Country. Other columns are ignored.

  - The opening stock is cover × the demand of each product, rounded, over three
    warehouses: 60 % LON (London), 25 % RTM (Rotterdam), 15 % SIN (Singapore).
  - An invoice is reserved as a whole or not at all, from the warehouses nearest
    to its country, split if necessary; then confirmed and shipped.
  - C invoices return goods; other negative quantities are written off. Both are
    booked in the nearest warehouse.
  - A product's code begins with five digits or DCGS; POST, M, D, BANK CHARGES
    and the like are skipped. Malformed lines are reported on stderr, and
    counted.

Interrupted (even by kill -9) and run again with the same file, it continues;
run again after its end, it prints the summary. Exit code 1 if a check fails.

Example: holdfast replay orders.csv.gz --db orders.db --cover 0.9

SQLite's own shell can read the result:
  sqlite3 orders.db 'SELECT type, count(*), sum(qty) FROM trail GROUP BY type'
  sqlite3 orders.db 'SELECT warehouse_id, sum(on_hand) FROM stock GROUP BY 1'`

export function addReplay(line: CommandLine): void {
  addVerb<{ cover: Cover }>(
    line,
    {
      name: 'replay',
      group: 'Try it:',
      summary: 'Replay a file of real orders, and show that everything adds up',
      args: [new Argument('<file>', 'a .csv or .csv.gz')],
      flags: [
        optional('--cover <fraction>', 'opening stock as a fraction of the demand')
          .argParser(cover)
          .default(cover('0.9'), '0.9'),
      ],
      onlyDb: "a new inventory, or this replay's own (else HOLDFAST_DB, else ./stock.db)",
      more: MORE,
    },
    async ({ db, json: asJson, flags, args }) => {
      const stop = new AbortController()
      const onInterrupt = (): void => stop.abort()
      process.once('SIGINT', onInterrupt)
      const done = await replay(args[0]!, db, flags.cover, stop.signal)
      process.off('SIGINT', onInterrupt)
      if (done === null) {
        say('Stopped. Run it again with the same file to continue.')
        return EXIT.failed
      }
      const { summary, run } = done
      await print(asJson ? json({ ...summary, run }) : `${report(summary, run)}\n${shownPlace(db)}`)
      return summary.addsUp ? EXIT.done : EXIT.failed
    },
  )
}
