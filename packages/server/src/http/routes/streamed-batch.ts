import { PassThrough, type Readable } from 'node:stream'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { InvalidInputError, LIMITS, type Inventory, type OperationalError } from 'holdfast'
import { endOf } from '../access/caller.ts'
import { byteLines, LineTooLong } from '../input/byte-lines.ts'
import { checkHeaders } from '../input/json-body.ts'
import type { CommandCounts } from '../telemetry/command-counts.ts'
import type { FaultLog } from '../problems/fault-log.ts'
import { answerBytes } from '../limits/answer-bytes.ts'
import type { LargeAnswers } from '../limits/large-answers.ts'
import type { Rate } from '../limits/rate.ts'
import type { StreamPlaces } from '../limits/stream-places.ts'
import { lineAnswers, linesOf, type Line } from './line-answers.ts'

export const NDJSON = 'application/x-ndjson'

const MOST_LINE_BYTES = 262_144
/** How many chunks are decided at once; more would only be read ahead. */
const WINDOW = 4
/** How long a client may go on sending after the answers have ended. */
const FAREWELL_MS = 1000

const TOO_LONG = `${JSON.stringify({
  ok: false,
  code: 'BODY_TOO_LARGE',
  message: `a line has more than ${MOST_LINE_BYTES} bytes`,
  details: {},
})}\n`

export interface StreamedBatch {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly lines: NodeJS.ReadableStream
  readonly inventory: Inventory
  readonly counts: CommandCounts
  readonly closing: AbortSignal
  readonly places: StreamPlaces
  readonly large: LargeAnswers
  /** How long it may be idle. */
  readonly idleMs: number
  readonly faults: FaultLog
}

/**
 * A stream with a command per line, and an answer per line in the same order, while more commands arrive. After a
 * disconnect, the answers show how far it got. With idempotency keys the client can send everything again.
 */
export function streamedBatch(batch: StreamedBatch): FastifyReply {
  const { request, reply } = batch
  checkHeaders(request)
  if (request.headers['idempotency-key'] !== undefined) {
    throw new InvalidInputError('idempotencyKey belongs in each line of a stream', {
      field: 'idempotencyKey',
    })
  }
  batch.places.enter(request, reply)
  const out = new PassThrough()
  void run(batch, out)
  return reply.type(NDJSON).send(out)
}

async function run(batch: StreamedBatch, out: PassThrough): Promise<void> {
  const { request, inventory, counts, faults } = batch
  const { caller } = request
  const onFault = (error: OperationalError): void => faults.tell(error, error.code, request)
  const over = AbortSignal.any([batch.closing, ...endOf(caller)])
  const { socket } = request.raw
  const sent = batch.lines as Readable
  // A stream in between, because destroying the request would close its connection, and lose the answers.
  const input = sent.pipe(new PassThrough())
  const stopped = new AbortController()
  const stop = (): void => {
    stopped.abort()
    input.destroy()
  }
  sent.on('error', stop)
  sent.once('close', () => {
    if (!sent.readableEnded) stop()
  })
  let isHeldUp = false
  // A client that is slowed down by the rate cannot send.
  const idle = setTimeout(() => (isHeldUp ? idle.refresh() : stop()), batch.idleMs)
  over.addEventListener('abort', stop)
  // A stream may also open while the service stops.
  if (over.aborted) stop()
  out.once('close', stop)
  let written: Promise<void> = Promise.resolve()
  let begun = 0
  try {
    for await (const piece of byteLines(input, MOST_LINE_BYTES)) {
      const lines = linesOf(piece, caller)
      // A blank line does not count as activity: it costs nothing, and would hold the place for ever.
      if (lines.length > 0) idle.refresh()
      for (let at = 0; at < lines.length;) {
        isHeldUp = true
        const some = await helping(fewEnough(lines.slice(at)), request.rate, stopped.signal)
        const commands = some.flatMap(({ command }) => command ?? [])
        const give = await batch.large.take(caller.scope, commands, stopped.signal)
        isHeldUp = false
        at += some.length
        const answers = lineAnswers(some, {
          caller,
          inventory,
          counts,
          rate: request.rate,
          onFault,
        })
        written = Promise.all([answers, written])
          .then(([text]) => write(out, text))
          .finally(give)
        written.catch(() => undefined)
        if (++begun % WINDOW === 0) await written
      }
    }
  } catch (error) {
    // Disconnected, or a line was too long: what was accepted is still answered.
    request.log.debug({ err: error }, 'a stream of commands ended early')
    sent.unpipe(input).resume()
    batch.reply.raw.once('finish', () => sayFarewell(socket))
    if (error instanceof LineTooLong) written = written.then(() => write(out, TOO_LONG))
  }
  await written.catch((error: unknown) => request.log.error({ err: error }, 'a stream broke'))
  clearTimeout(idle)
  over.removeEventListener('abort', stop)
  out.end()
}

/** As many as have answers of the size of a page: one text. */
function fewEnough(lines: readonly Line[]): readonly Line[] {
  let bytes = 0
  const end = lines.findIndex(({ command }, index) => {
    if (command !== null) bytes += answerBytes([command])
    return index > 0 && bytes > LIMITS.pageBytes
  })
  return end < 0 ? lines : lines.slice(0, end)
}

/** How many lines may be executed now: all, unless there is a rate limit. */
async function helping(
  lines: readonly Line[],
  rate: Rate | null,
  signal: AbortSignal,
): Promise<readonly Line[]> {
  return rate === null ? lines : lines.slice(0, await rate.helping(lines, signal))
}

/** Closing a connection with unread input would discard answers that are still in transit. */
function sayFarewell(socket: Socket): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS)
  socket.once('close', () => clearTimeout(timer))
}

async function write(out: PassThrough, text: string): Promise<void> {
  if (out.destroyed || out.write(text)) return
  await Promise.race([once(out, 'drain'), once(out, 'close')])
}
