import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import type { Command } from 'holdfast'
import { Buckets } from './bucket.ts'
import { Rate } from './rate.ts'

test('a list counts as the commands that it holds, no more and no less', async () => {
  const buckets = new Buckets(10, 10, () => 0)
  const release = { verb: 'release', reservationId: 'r' } as const
  const nested: Command = { verb: 'atomically', commands: [release, release, release] }
  const app = fastify()
  app.get('/', async (_request, reply) => {
    equal(buckets.take('till'), 0) // the request itself
    new Rate(buckets, 'till').count([release, nested], reply)
    return reply.send('')
  })
  const { headers } = await app.inject('/')
  equal(headers['ratelimit-remaining'], '6')
  equal(buckets.left('till'), 6)
  await app.close()
})
