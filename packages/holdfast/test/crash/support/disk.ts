import type { Dice } from '../../../src/testing/dice.ts'

/** One system call on the files of a folder. A sync takes effect when it returns, not before. */
export type DiskCall =
  | { readonly kind: 'write'; readonly path: string; readonly at: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'create' | 'unlink'; readonly path: string }
  | { readonly kind: 'sync'; readonly path: string; readonly since: number }

/** How much of the unsynced calls reached the disk when the power failed. */
export const FATES = ['all', 'none', 'some', 'torn'] as const
export type Fate = (typeof FATES)[number]

type Change = { readonly call: number } & (
  | { readonly at: number; readonly data: Buffer }
  | { readonly size: number }
)

class File {
  durable: Buffer = Buffer.alloc(0)
  pending: Change[] = []
}

/** The files of a name over time; the first one is certainly on disk. */
type Name = { readonly call: number; readonly file: File | null }[]

const SECTOR = 512

/**
 * A disk that forgets, as far as POSIX allows. Only what was synced is certain. Any part of the rest may be there, in
 * any order, down to single sectors. A new or removed name is certain once its folder was synced.
 */
export class Disk {
  readonly #folder: string
  readonly #names = new Map<string, Name>()
  #calls = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  do(call: DiskCall): void {
    const number = this.#calls++
    if (call.kind === 'sync') this.#sync(call.path, call.since)
    else if (call.kind === 'write') this.#change(call.path, { ...call, call: number })
    else if (call.kind === 'truncate') this.#change(call.path, { ...call, call: number })
    else this.#point(call.path, number, call.kind === 'create' ? new File() : null)
  }

  get calls(): number {
    return this.#calls
  }

  has(path: string): boolean {
    return this.#newest(path) !== null
  }

  /** The files found when the power is back, by path. */
  cut(fate: Fate, dice: Dice): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    for (const [path, name] of this.#names) {
      const file = pointedTo(name, fate, dice)
      if (file !== null) found.set(path, content(file, fate, dice))
    }
    return found
  }

  /** Continues from what was found. */
  resume(found: ReadonlyMap<string, Buffer>): void {
    this.#names.clear()
    for (const [path, durable] of found) {
      const file = new File()
      file.durable = durable
      this.#names.set(path, [{ call: -1, file }])
    }
  }

  #change(path: string, change: Change): void {
    const file = this.#newest(path)
    if (file === null) throw new Error(`${path} was changed, but does not exist`)
    file.pending.push(change)
  }

  #newest(path: string): File | null {
    return this.#names.get(path)?.at(-1)?.file ?? null
  }

  #point(path: string, call: number, file: File | null): void {
    const name = this.#names.get(path) ?? [{ call: -1, file: null }]
    name.push({ call, file })
    this.#names.set(path, name)
  }

  /** Everything called before the sync began is now on disk. */
  #sync(path: string, since: number): void {
    if (path === this.#folder) {
      for (const name of this.#names.values()) {
        while (name.length > 1 && name[1]!.call < since) name.shift()
      }
      return
    }
    const file = this.#newest(path)
    if (file === null) return
    const covered = file.pending.filter(({ call }) => call < since)
    file.pending = file.pending.filter(({ call }) => call >= since)
    file.durable = changed(file.durable, covered)
  }
}

function pointedTo(name: Name, fate: Fate, dice: Dice): File | null {
  if (fate === 'all') return name.at(-1)!.file
  if (fate === 'none') return name[0]!.file
  return name[dice.below(name.length)]!.file
}

function content({ durable, pending }: File, fate: Fate, dice: Dice): Buffer {
  if (fate === 'none') return durable
  if (fate === 'all') return changed(durable, pending)
  const percent = dice.pick([5, 50, 95])
  const changes = fate === 'some' ? pending : pending.flatMap(sectors)
  return changed(
    durable,
    changes.filter(() => dice.chance(percent)),
  )
}

/** A copy with these changes. What lies beyond an end is zero. */
function changed(before: Buffer, changes: readonly Change[]): Buffer {
  const ends = changes.map((change) =>
    'size' in change ? change.size : change.at + change.data.length,
  )
  const after = Buffer.alloc(Math.max(before.length, ...ends))
  let size = before.copy(after)
  for (const [index, change] of changes.entries()) {
    const end = ends[index]!
    if ('data' in change) {
      change.data.copy(after, change.at)
      size = Math.max(size, end)
    } else {
      after.fill(0, end, size)
      size = end
    }
  }
  return after.subarray(0, size)
}

/** The parts of a write that a disk writes as a whole. */
function sectors(change: Change): Change[] {
  if ('size' in change) return [change]
  const { at, data, call } = change
  const parts: Change[] = []
  for (let from = 0; from < data.length;) {
    const length = SECTOR - ((at + from) % SECTOR)
    parts.push({ call, at: at + from, data: data.subarray(from, from + length) })
    from += length
  }
  return parts
}
