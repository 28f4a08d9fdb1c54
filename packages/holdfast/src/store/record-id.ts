/**
 * Reservations and transfers are known outside by a UUID that embeds the `seq` of their first entry
 * and 52 random bits: look-ups go by integer, and ids cannot be guessed. Version 8 of RFC 9562:
 *
 *     ssssssss-ssss-8sss-800r-rrrrrrrrrrrr    s: seq, 15 hex digits · r: random, 13 hex digits
 */
export function recordId(seq: number, random: number): string {
  const s = seq.toString(16).padStart(15, '0')
  const r = random.toString(16).padStart(13, '0')
  return `${s.slice(0, 8)}-${s.slice(8, 12)}-8${s.slice(12)}-800${r[0]}-${r.slice(1)}`
}

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-800[0-9a-f]-[0-9a-f]{12}$/

/** The integer inside, or null for an id that this engine cannot have made. */
export function parseRecordId(id: string): { seq: number; random: number } | null {
  if (!SHAPE.test(id)) return null
  const seq = Number.parseInt(id.slice(0, 8) + id.slice(9, 13) + id.slice(15, 18), 16)
  return Number.isSafeInteger(seq) ? { seq, random: randomOf(id) } : null
}

/** For an id that is known to be one: its `seq`. */
export function seqOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13) + id.slice(15, 18), 16)
}

/** For an id that is known to be one: its random bits, as an integer below 2^52. */
export function randomOf(id: string): number {
  return Number.parseInt(id.slice(22, 23) + id.slice(24), 16)
}
