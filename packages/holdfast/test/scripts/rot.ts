// Changes bytes of a file, one at a time, and checks that `verify` finds it or that no read changes:
//   npm run stress -- rot                                     every byte of a file of 200 commits
//   npm run stress -- rot --entries 1000000 --bits 2000       random bits of a larger file
// An unnoticed fault ends it, with the byte and the change.
/* oxlint-disable no-console -- a program talks to its terminal */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { scriptArguments } from '../../../../scripts/script-arguments.mjs'
import { dice } from '../../src/testing/dice.ts'
import { isHarmless } from '../support/damaged-file.ts'
import { contentOf, makeHistory } from '../support/small-history.ts'

const { values } = scriptArguments(import.meta.filename, {
  commits: { type: 'string', default: '200' },
  entries: { type: 'string', default: '0' },
  bits: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
})
const folder = mkdtempSync(join(tmpdir(), 'holdfast-rot-'))
const path = join(folder, 'shop.db')
const bits = Number(values.bits)
const d = dice(Number(values.seed))

/** Extends the small history until there are enough commits and entries. */
async function grow(): Promise<void> {
  await makeHistory(path)
  await using shop = await openInventory({ store: sqlite({ path }) })
  const many = Number(values.entries) > 0 ? 1000 : 1
  for (let head = await shop.head(); ; head = await shop.head()) {
    if (head.commit >= Number(values.commits) && head.seq >= Number(values.entries)) return
    const at = { warehouseId: 'SF', productId: `HAT ${d.below(100)}` }
    await shop.addStock({ ...at, qty: many, source: 'FACTORY' })
    const { answers } = await shop.batch({
      commands: Array.from({ length: many }, () => {
        const owner = d.chance(50) ? `cart-${d.below(1e6)}` : undefined
        return { verb: 'reserve' as const, ...at, qty: 1, ttlMs: 1e9, owner }
      }),
    })
    const made = answers.flatMap((answer) => (answer.ok ? [answer.id] : []))
    await shop.batch({
      commands: made.map((reservationId) => ({
        verb: d.chance(70) ? ('confirm' as const) : ('release' as const),
        reservationId,
      })),
    })
  }
}

try {
  await grow()
  const { size } = statSync(path)
  const content = await contentOf(path)
  console.log(`${size} bytes`)
  const sound = readFileSync(path)
  const file = openSync(path, 'r+')
  const counts = { found: 0, unchanged: 0 }
  // Bytes with data first: most of a small file is empty.
  const every = bits > 0 ? [] : [...sound.keys()]
  every.sort((a, b) => Number(sound[a] === 0) - Number(sound[b] === 0))
  const times = bits > 0 ? bits : size
  const began = performance.now()
  for (let i = 1; i <= times; i++) {
    const at = bits > 0 ? d.below(size) : every[i - 1]!
    const change = bits > 0 ? 1 << d.below(8) : 1 + d.below(255)
    writeSync(file, Buffer.of(sound[at]! ^ change), 0, 1, at)
    counts[await isHarmless(path, content, `byte ${at} xor ${change}`)]++
    writeSync(file, Buffer.of(sound[at]!), 0, 1, at)
    if (i % (bits > 0 ? 10 : 1000) > 0 && i < times) continue
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    console.log(`${i} of ${times} in ${seconds} s:`, counts)
  }
  closeSync(file)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
