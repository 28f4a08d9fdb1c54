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

export const ENTRIES = '{"entries":['

/**
 * The lines of a body, one at a time. If the body is in canonical form, they are read from its text without an array
 * for each: half the time of parsing a body and writing it again to compare.
 */
export class Lines {
  #numbers = new Float64Array(4096)
  /** For each line: where its numbers end, and its options. */
  readonly #ends: number[] = []
  readonly #options: (Options | null)[] = []
  /** Reused results, by their length. */
  readonly #answers: unknown[][] = []
  #taken: readonly Line[] | null = null
  #count = 0

  get count(): number {
    return this.#taken === null ? this.#count : this.#taken.length
  }

  /** Valid until the next call. */
  at(index: number): Line {
    if (this.#taken !== null) return this.#taken[index]!
    const from = index === 0 ? 0 : this.#ends[index - 1]!
    const places = this.#ends[index]! - from
    const options = this.#options[index]!
    const length = options === null ? places : places + 1
    const line = (this.#answers[length] ??= new Array<unknown>(length))
    for (let place = 0; place < places; place++) {
      const value = this.#numbers[from + place]!
      line[place] = Number.isNaN(value) ? null : value
    }
    if (options !== null) line[places] = options
    return line
  }

  /** Uses lines that were parsed elsewhere. */
  take(lines: readonly Line[]): void {
    this.#taken = lines
  }

  /** Returns where the entries end in the text of a body; 0 if it does not start with entries in canonical form. */
  read(body: string): number {
    this.#taken = null
    this.#count = 0
    if (!body.startsWith(ENTRIES)) return 0
    let at = ENTRIES.length
    let length = 0
    for (;;) {
      if (body.charCodeAt(at) !== OPEN) return 0
      if (length + MOST > this.#numbers.length) this.#grow()
      const numbers = this.#numbers
      const most = length + MOST
      let options: Options | null = null
      let code: number
      do {
        code = body.charCodeAt(++at)
        if (length === most || options !== null) return 0
        if (code >= ONE && code <= NINE) {
          let value = code - ZERO
          while ((code = body.charCodeAt(++at)) >= ZERO && code <= NINE)
            value = value * 10 + (code - ZERO)
          if (value > Number.MAX_SAFE_INTEGER) return 0
          numbers[length++] = value
        } else if (code === ZERO) {
          numbers[length++] = 0
          code = body.charCodeAt(++at)
        } else if (code === OPEN_OBJECT) {
          const end = body.indexOf('}', at) + 1
          options = optionsOf(body.slice(at, end))
          if (options === null) return 0
          code = body.charCodeAt((at = end))
        } else if (body.startsWith('null', at)) {
          numbers[length++] = NaN
          code = body.charCodeAt((at += 4))
        } else {
          const text = /^-[1-9]\d{0,14}/.exec(body.slice(at, at + 16))?.[0]
          if (text === undefined) return 0
          numbers[length++] = Number(text)
          code = body.charCodeAt((at += text.length))
        }
      } while (code === COMMA)
      if (code !== CLOSE) return 0
      this.#ends[this.#count] = length
      this.#options[this.#count++] = options
      code = body.charCodeAt(++at)
      if (code === CLOSE) return at + 1
      if (code !== COMMA) return 0
      at++
    }
  }

  #grow(): void {
    const grown = new Float64Array(this.#numbers.length * 2)
    grown.set(this.#numbers)
    this.#numbers = grown
  }
}

function optionsOf(text: string): Options | null {
  try {
    const options = JSON.parse(text) as Options
    return JSON.stringify(options) === text ? options : null
  } catch {
    return null
  }
}

/** The most elements of any type of entry. */
const MOST = 16

const [COMMA, ZERO, ONE, NINE, OPEN, CLOSE, OPEN_OBJECT] = [
  0x2c, 0x30, 0x31, 0x39, 0x5b, 0x5d, 0x7b,
]
