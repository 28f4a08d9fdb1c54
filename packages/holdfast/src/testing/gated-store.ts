import type { OpenStore, Store, Writer } from '../store/store.ts'

/** A store whose commits wait at a gate: to see what happens while one is under way. */
export interface GatedStore extends Store {
  /** Commits wait from now on. */
  readonly shut: () => void
  /** Those that wait go through, and so do later ones. */
  readonly lift: () => void
  /** Commits that wait at the gate. */
  readonly waiting: () => number
}

export function gatedStore(store: Store): GatedStore {
  let gate: Promise<void> | null = null
  let lift = (): void => undefined
  let waiting = 0

  const gated = (writer: Writer): Writer =>
    new Proxy(writer, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as (...args: unknown[]) => unknown
        if (property !== 'commit') return call
        return async (...args: unknown[]) => {
          waiting++
          await gate
          waiting--
          return call(...args)
        }
      },
    })

  return {
    kind: store.kind,
    open: async (options): Promise<OpenStore> => {
      const opened = await store.open(options)
      const { writer, reader } = opened
      return { writer: writer && gated(writer), reader, close: () => opened.close() }
    },
    shut: () => {
      gate = new Promise((resolve) => {
        lift = () => {
          gate = null
          resolve()
        }
      })
    },
    lift: () => lift(),
    waiting: () => waiting,
  }
}
