import { equal } from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { dice, type Dice } from '../src/testing/dice.ts'
import { isHarmless } from './support/damaged-file.ts'
import { LONG } from './support/long.ts'
import { contentOf, makeHistory, tamperFolder } from './support/small-history.ts'

const FLIPS = LONG ? 400 : 150
const PAGE = 4096

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const copy = join(folder, 'copy.db')
let sound: Buffer
let content: string
before(async () => {
  await makeHistory(original)
  sound = readFileSync(original)
  content = await contentOf(original)
})
after(() => rmSync(folder, { recursive: true }))

/** What a file with these bytes leads to. */
async function harm(bytes: Buffer, what: string): Promise<'found' | 'unchanged'> {
  writeFileSync(copy, bytes)
  return isHarmless(copy, content, what)
}

async function damage(
  times: number,
  seed: number,
  what: string,
  change: (bytes: Buffer, d: Dice) => string,
) {
  const d = dice(seed)
  let found = 0
  for (let i = 0; i < times; i++) {
    const bytes = Buffer.from(sound)
    const where = change(bytes, d)
    if ((await harm(bytes, `${what} ${where}`)) === 'found') found++
  }
  return found
}

test(`${FLIPS} flipped bits`, async (t) => {
  const found = await damage(FLIPS, 1, 'bit', (bytes, d) => {
    // Where there is data: most of a small file is empty.
    let at = d.below(bytes.length)
    while (bytes[at] === 0) at = (at + 1) % bytes.length
    const bit = d.below(8)
    bytes[at]! ^= 1 << bit
    return `${bit} of byte ${at}`
  })
  t.diagnostic(`${found} found, ${FLIPS - found} changed nothing that anybody sees`)
})

test('swapped pages, pages of zeros', async () => {
  const pages = sound.length / PAGE
  await damage(LONG ? 40 : 15, 2, 'pages', (bytes, d) => {
    const [one, other] = [d.below(pages) * PAGE, d.below(pages) * PAGE]
    bytes.set(sound.subarray(one, one + PAGE), other)
    bytes.set(sound.subarray(other, other + PAGE), one)
    return `${one / PAGE} and ${other / PAGE}`
  })
  for (let page = 0; page < pages; page++) {
    const bytes = Buffer.from(sound)
    bytes.fill(0, page * PAGE, (page + 1) * PAGE)
    await harm(bytes, `zeros in page ${page}`)
  }
})

test('a file that ends too early', async () => {
  for (let size = 1; size < sound.length; size += LONG ? 1531 : 4603) {
    equal(await harm(sound.subarray(0, size), `cut to ${size} bytes`), 'found')
  }
})
