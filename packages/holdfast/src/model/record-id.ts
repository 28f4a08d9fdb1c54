/**
 * The public id of a reservation or transfer is a UUID that embeds the `seq` of its first entry and 52 random bits:
 * look-ups use an integer, and ids cannot be guessed. Version 8 of RFC 9562:
 *
 * ssssssss-ssss-8sss-800r-rrrrrrrrrrrr    s: seq, 15 hex digits · r: random, 13 hex digits
 */
export function recordId(seq: number, random: number): string {
  // 0.1 µs with tables of three digits, 0.5 µs with toString and padStart: every hold gets an id.
  const high = Math.floor(seq / 0x1000)
  if (high !== lastHigh) {
    const digits = high.toString(16).padStart(12, '0')
    lastPrefix = `${digits.slice(0, 8)}-${digits.slice(8)}-8`
    lastHigh = high
  }
  const upper = Math.floor(random / 0x1000000)
  const lower = random % 0x1000000
  const first = Math.floor(upper / 0x1000000)
  return (
    lastPrefix +
    THREE[seq % 0x1000]! +
    FIRST[first]! +
    THREE[(upper >> 12) & 0xfff]! +
    THREE[upper & 0xfff]! +
    THREE[lower >> 12]! +
    THREE[lower & 0xfff]!
  )
}

const THREE = Array.from({ length: 0x1000 }, (_, value) => value.toString(16).padStart(3, '0'))
const FIRST = Array.from({ length: 16 }, (_, value) => `-800${value.toString(16)}-`)
let lastHigh = -1
let lastPrefix = ''

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-800[0-9a-f]-[0-9a-f]{12}$/

/** The integers in it, or null for an id that this engine cannot have made. */
export function parseRecordId(id: string): { seq: number; random: number } | null {
  if (!SHAPE.test(id)) return null
  const seq = Number.parseInt(id.slice(0, 8) + id.slice(9, 13) + id.slice(15, 18), 16)
  return Number.isSafeInteger(seq) ? { seq, random: randomOf(id) } : null
}

/** The `seq` in a valid id. */
export function seqOf(id: string): number {
  const upper = (hex(id, 0, 8) << 4) | hex(id, 9, 10)
  return (upper >>> 0) * 0x1000000 + ((hex(id, 10, 13) << 12) | hex(id, 15, 18))
}

/** The random bits in a valid id, as an integer below 2^52. */
export function randomOf(id: string): number {
  const upper = (hex(id, 22, 23) << 24) | hex(id, 24, 30)
  return upper * 0x1000000 + hex(id, 30, 36)
}

/** 32 bits at most, digit by digit: a ninth of the time of `parseInt`, a third of that of a sum beyond them. */
function hex(id: string, from: number, end: number): number {
  let value = 0
  for (let index = from; index < end; index++) {
    const unit = id.charCodeAt(index)
    value = (value << 4) | ((unit & 0xf) + (unit >> 6) * 9)
  }
  return value
}
