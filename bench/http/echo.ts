import type { Command, Inventory } from 'holdfast'

/** An inventory that does nothing: it sends each `reserve` back, in the form of an answer. */
export function echoing(real: Inventory): Inventory {
  const execute = (command: Command): Promise<object> => Promise.resolve(answer(command))
  const batch = ({ commands }: { commands: readonly Command[] }): Promise<object> =>
    Promise.resolve({ answers: commands.map((one) => ({ ok: true, ...answer(one) })), seq: 1 })
  return new Proxy(real, {
    get(target, name) {
      if (name === 'execute') return execute
      if (name === 'batch') return batch
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

function answer(command: Command): object {
  const { warehouseId, productId, qty } = command as Extract<Command, { verb: 'reserve' }>
  return {
    id: '00000000-0000-806c-8001-782a94099ef0',
    warehouseId,
    productId,
    qty,
    status: 'PENDING',
    owner: null,
    createdAt: 1_795_435_119_909,
    expiresAt: 1_795_436_019_909,
    seq: 1,
  }
}
