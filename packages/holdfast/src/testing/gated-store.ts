import type { OpenStore, Store, Writer } from '../store/store.ts'

/** A store whose commits can be stopped at a gate, to test what happens while one is in flight. */
export interface GatedStore extends Store {
  /** Stops commits from now on. */
  readonly shut: () => void
  /** Lets the waiting commits and later ones through. */
  readonly lift: () => void
  /** The number of commits waiting at the gate. */
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
      const { writer, reader, postings } = opened
      const close = (): Promise<void> => opened.close()
      return { writer: writer && gated(writer), reader, postings, close }
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
