// A program of its own: serves a grown file for a while, and prints its peak memory in MiB.
import { sqlite } from 'holdfast/sqlite'
import { chances } from './chance.ts'
import { inFlight } from './in-flight.ts'
import { openShop, productId, reserveOf } from './shop.ts'

const [path, levels, operations] = process.argv.slice(2)
const shop = await openShop(sqlite({ path: path! }))
const picks = chances(Number(operations), Number(levels))
await inFlight(1024, picks.length, (index) => shop.reserve(reserveOf(productId(picks[index]!))))
await shop.close()
console.log(process.resourceUsage().maxRSS / 1024)
