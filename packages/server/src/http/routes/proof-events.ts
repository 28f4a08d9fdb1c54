import type { FastifyReply } from 'fastify'
import type { Verdict } from 'holdfast'
import { toldOf } from '../problems/of-error.ts'
import { EVENT_STREAM } from './event-stream.ts'

type Progress = { readonly seq: number; readonly of: number }

const EVERY_MS = 100

/** Runs a long proof and sends events: `progress`, then `verdict` or `problem`. */
export async function proofEvents(
  reply: FastifyReply,
  prove: (onProgress: (done: Progress) => void) => Promise<Verdict>,
): Promise<void> {
  reply.hijack()
  const { raw } = reply
  const headers = reply.getHeaders() as Record<string, string>
  raw.writeHead(200, { ...headers, 'content-type': `${EVENT_STREAM}; charset=utf-8` })
  const tell = (event: string, data: object): void => {
    if (!raw.destroyed) raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  let toldAt = -Infinity
  try {
    const verdict = await prove((done) => {
      if (performance.now() - toldAt < EVERY_MS) return
      toldAt = performance.now()
      tell('progress', done)
    })
    tell('verdict', verdict)
  } catch (error) {
    const { code, detail } = toldOf(error)
    tell('problem', { code, detail })
  }
  raw.end()
}
