import { randomFillSync, randomUUID } from 'node:crypto'

/** Everything random. */
export interface Randomness {
  /** 52 bits, for an id. */
  readonly bits: () => number
  /** 32 hex digits. */
  readonly batchId: () => string
  /** `count` salts of 22 characters, concatenated. */
  readonly salts: (count: number) => string
}

/** From the system, or from the program's bits: then the same bits give the same log. */
export function randomness(given?: () => number): Randomness {
  if (given !== undefined) return { bits: given, ...fromBits(given) }
  return {
    bits: randomBits(),
    // Drawn in advance: randomBytes makes a system call each time, 25 µs a commit.
    batchId: () => randomUUID().replaceAll('-', ''),
    salts: (count) => {
      const bytes = Buffer.allocUnsafe(Math.ceil(count * (SALT * 0.75)))
      return randomFillSync(bytes)
        .toString('base64url')
        .slice(0, count * SALT)
    },
  }
}

/** Characters of a salt: 132 bits. */
const SALT = 22

function fromBits(bits: () => number): Omit<Randomness, 'bits'> {
  const hex = (): string => bits().toString(16).padStart(13, '0')
  return {
    batchId: () => (hex() + hex() + hex()).slice(0, 32),
    salts: (count) => Array.from({ length: count }, () => (hex() + hex()).slice(0, SALT)).join(''),
  }
}

/** 52 random bits per call, drawn from the system 512 times at once (randomBytes for each costs 1 µs). */
function randomBits(): () => number {
  const pool = new Uint32Array(1024)
  let next = pool.length
  return () => {
    if (next === pool.length) {
      randomFillSync(pool)
      next = 0
    }
    return pool[next++]! * 0x100000 + (pool[next++]! >>> 12)
  }
}
