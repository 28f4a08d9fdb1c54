// A separate program: serves a grown file for a while, and prints its peak memory in MiB.
import { sqlite } from 'holdfast/sqlite'
import { inFlight } from './callers.ts'
import { peakMiB } from './peak.ts'
import { openShop, productId, reserveOf } from './shop.ts'
import { randomPicks } from './workload.ts'

const [path, levels, operations] = process.argv.slice(2)
const shop = await openShop(sqlite({ path: path! }))
const picks = randomPicks(Number(operations), Number(levels))
await inFlight(1024, picks.length, (index) => shop.reserve(reserveOf(productId(picks[index]!))))
await shop.close()
console.log(peakMiB())
