import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { FaultLog } from '../../src/http/problems/fault-log.ts'

test('of a kind that is known one a second is written, with how many there were; others each time', () => {
  let nowMs = 0
  const lines: unknown[] = []
  const write =
    (level: string) =>
    ({ code, others }: { code: string; others?: number }): void =>
      void lines.push([level, code, others])
  const log = { warn: write('warn'), error: write('error') }
  const at = (url: string) =>
    ({ method: 'POST', routeOptions: { url }, log }) as unknown as FastifyRequest
  const faults = new FaultLog(() => nowMs)
  const error = new Error('the disk is full')
  for (nowMs = 0; nowMs < 2500; nowMs += 10) faults.tell(error, 'STORE_UNAVAILABLE', at('/a'))
  faults.tell(error, 'STORE_UNAVAILABLE', at('/b'))
  faults.tell(error, 'BUSY', at('/a'))
  faults.tell(error, 'INTERNAL_ERROR', at('/a'))
  faults.tell(error, 'INTERNAL_ERROR', at('/a'))
  deepEqual(lines, [
    ['warn', 'STORE_UNAVAILABLE', 0],
    ['warn', 'STORE_UNAVAILABLE', 99],
    ['warn', 'STORE_UNAVAILABLE', 99],
    ['warn', 'STORE_UNAVAILABLE', 0],
    ['error', 'INTERNAL_ERROR', undefined],
    ['error', 'INTERNAL_ERROR', undefined],
  ])
})
