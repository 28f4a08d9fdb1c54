/** An entry as an array in the body; docs/log-format.md defines the elements. */
export type Line = readonly unknown[]

/** The fields that only some entries of a type have. */
export interface Options {
  readonly actor?: number
  readonly group?: number
  readonly metadata?: number
  readonly reference?: number
  readonly replaces?: number
  readonly replacesRandom?: number
  readonly unsellable?: number
}

/** An entry, with its numbers apart from its options. */
export interface LineNumbers {
  /** How many elements it has, without its options. */
  readonly length: number
  /** null if it has none. */
  readonly options: Options | null
  /** The element at an index; NaN for null. */
  number(index: number): number
}

export const ENTRIES = '{"entries":['

/**
 * The lines of a body, one at a time. They are read from its bytes without an array for each, and only if they are in
 * canonical form: a third of the time of parsing a body and writing it again to compare.
 */
export class Lines implements LineNumbers {
  #numbers = new Float64Array(4096)
  /** For each line: where its numbers end, and its options. */
  #ends = new Int32Array(1024)
  readonly #options: (Options | null)[] = []
  #count = 0
  /** Where the numbers of the current line begin. */
  #from = 0

  length = 0
  options: Options | null = null

  get count(): number {
    return this.#count
  }

  /** Makes the line at an index the current one. */
  turnTo(index: number): void {
    this.#from = index === 0 ? 0 : this.#ends[index - 1]!
    this.length = this.#ends[index]! - this.#from
    this.options = this.#options[index]!
  }

  number(index: number): number {
    return this.#numbers[this.#from + index]!
  }

  /** For a body without lines. */
  clear(): void {
    this.#count = 0
  }

  /** Reads those of a body whose list begins at `from`. Returns where the list ends; 0 if it is not in canonical form. */
  read(body: Uint8Array, from: number): number {
    this.#count = 0
    let at = from
    if (body[at] !== OPEN) return 0
    at++
    let length = 0
    for (;;) {
      if (body[at] !== OPEN) return 0
      this.#reserve(length + MOST)
      const numbers = this.#numbers
      const most = length + MOST
      let options: Options | null = null
      let code: number
      do {
        code = body[++at]!
        if (length === most || options !== null) return 0
        const isNegative = code === MINUS
        if (isNegative) code = body[++at]!
        if (code >= ONE && code <= NINE) {
          // Nine digits are a small integer, which is half the work.
          let value = code - ZERO
          let digits = 1
          while ((code = body[++at]!) >= ZERO && code <= NINE) {
            value = (Math.imul(value, 10) + code - ZERO) | 0
            if (++digits === 9) break
          }
          if (digits === 9) {
            let long = value
            while ((code = body[++at]!) >= ZERO && code <= NINE) long = long * 10 + (code - ZERO)
            if (long > Number.MAX_SAFE_INTEGER) return 0
            numbers[length++] = isNegative ? -long : long
          } else numbers[length++] = isNegative ? -value : value
        } else if (isNegative) return 0
        else if (code === ZERO) {
          numbers[length++] = 0
          code = body[++at]!
        } else if (code === OPEN_OBJECT) {
          const end = body.indexOf(CLOSE_OBJECT, at) + 1
          options = optionsOf(body.subarray(at, end))
          if (options === null) return 0
          code = body[(at = end)]!
        } else {
          if (!isNull(body, at)) return 0
          numbers[length++] = NaN
          code = body[(at += NULL.length)]!
        }
      } while (code === COMMA)
      if (code !== CLOSE) return 0
      this.#ends[this.#count] = length
      this.#options[this.#count++] = options
      code = body[++at]!
      if (code === CLOSE) return at + 1
      if (code !== COMMA) return 0
      at++
    }
  }

  /** Room for this many numbers, and for one more line. */
  #reserve(numbers: number): void {
    if (numbers > this.#numbers.length) {
      const grown = new Float64Array(this.#numbers.length * 2)
      grown.set(this.#numbers)
      this.#numbers = grown
    }
    if (this.#count === this.#ends.length) {
      const grown = new Int32Array(this.#ends.length * 2)
      grown.set(this.#ends)
      this.#ends = grown
    }
  }
}

/** Where a list begins that is a member of a body; 0 if there is none. These quotation marks occur in no JSON string. */
export function listOf(body: string, member: string): number {
  const name = `"${member}":`
  const at = body.indexOf(`${name}[`)
  return at < 0 ? 0 : at + name.length
}

/** Where a list of digests stands that is a member of a body: no digest has a bracket. null if there is none. */
export function digestsIn(
  body: string,
  member: 'keys' | 'texts',
): { readonly from: number; readonly end: number } | null {
  const from = listOf(body, member)
  return from === 0 ? null : { from, end: body.indexOf(']', from) + 1 }
}

/** A line that was parsed as JSON. */
export class ParsedLine implements LineNumbers {
  readonly #line: Line
  readonly length: number
  readonly options: Options | null

  constructor(line: Line) {
    const last = line[line.length - 1]
    this.#line = line
    this.options = typeof last === 'object' && last !== null ? last : null
    this.length = line.length - (this.options === null ? 0 : 1)
  }

  number(index: number): number {
    const value = this.#line[index]
    return typeof value === 'number' ? value : NaN
  }
}

function optionsOf(json: Uint8Array): Options | null {
  const text = Buffer.from(json).toString()
  try {
    const options = JSON.parse(text) as Options
    const isCanonical = JSON.stringify(options) === text && areSorted(Object.keys(options))
    return isCanonical && text !== '{}' ? options : null
  } catch {
    return null
  }
}

/** Whether the names of members are in their order. */
export function areSorted(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || names[index - 1]! < name)
}

/** The most elements of any type of entry. */
const MOST = 16

const [COMMA, MINUS, ZERO, ONE, NINE] = [0x2c, 0x2d, 0x30, 0x31, 0x39]
const [OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
const NULL = [0x6e, 0x75, 0x6c, 0x6c]

function isNull(body: Uint8Array, at: number): boolean {
  return NULL.every((byte, index) => body[at + index] === byte)
}
