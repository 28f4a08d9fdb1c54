import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Shares } from './shares.ts'
import { WaitingLine } from './waiting-line.ts'

test('who waits behind one that gives up is served at once, if there is enough', async () => {
  const line = new WaitingLine(new Shares(10, 10), 'memory')
  const served: string[] = []
  const take = async (name: string, amount: number, signal = AbortSignal.timeout(5000)) => {
    await line.take('token', amount, signal, null)
    served.push(name)
  }
  await take('first', 4)
  const leaving = new AbortController()
  const large = take('large', 8, leaving.signal).catch(() => served.push('left'))
  const small = take('small', 5)
  const last = take('last', 5)
  leaving.abort(new Error('gone'))
  await Promise.all([large, small])
  deepEqual(served.toSorted(), ['first', 'left', 'small'])
  line.give('token', 4)
  await last
})
