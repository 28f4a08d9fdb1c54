import { equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../store/memory/index.ts'
import { Consumers } from './consumers.ts'
import { Notifier } from '../notifier.ts'

test('a consumer that could not start leaves its name free', async () => {
  const store = await memory().open({ readOnly: false })
  const { reader } = store
  const consumers = new Consumers(store.writer, new Notifier(), () => undefined)
  const away = Object.create(reader, {
    positions: { value: () => Promise.reject(new Error('no route to host')) },
  }) as typeof reader
  const options = { name: 'c' }
  await rejects(
    consumers.start(away, options, () => undefined),
    /no route to host/,
  )
  const consumer = await consumers.start(reader, options, () => undefined)
  equal(consumer.position, 0)
  await consumers.stop()
  await store.close()
})
