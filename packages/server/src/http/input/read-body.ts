import type { FastifyRequest } from 'fastify'
import { refusedShare } from '../limits/refused-share.ts'
import type { Shares } from '../limits/shares.ts'
import { HttpProblem } from '../problems/http-problem.ts'

const FIRST_BYTES = 4096
const NOTHING = Buffer.alloc(0)

type Done = (error: Error | null, body?: Buffer) => void

/**
 * Reads a body of at most `most` bytes. Until it is whole, what has arrived counts against `memory`, which bounds all
 * bodies together, even if many of them stop one byte short. It is copied into one buffer that grows by doubling: a
 * small chunk would keep the whole buffer that it was cut from.
 * Fails with BODY_TOO_LARGE, or with BUSY or RATE_LIMITED when the memory or the caller's share is used up.
 */
export function readBody(
  request: FastifyRequest,
  sent: NodeJS.ReadableStream,
  memory: Shares,
  most: number,
  done: Done,
): void {
  const { scope } = request.caller
  const declared = Number(request.headers['content-length'] ?? Number.NaN)
  if (declared > most) {
    done(new HttpProblem('BODY_TOO_LARGE'))
    return
  }
  const largest = Number.isNaN(declared) ? most : declared
  let held = NOTHING
  let length = 0
  let whole: Buffer | null = null

  const settle: Done = (error, body) => {
    sent.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut)
    if (held.length > 0) memory.give(scope, held.length)
    held = NOTHING
    done(error, body)
  }
  const onData = (piece: Buffer): void => {
    const needed = length + piece.length
    if (needed > most) {
      settle(new HttpProblem('BODY_TOO_LARGE'))
      return
    }
    // Nearly every body comes whole: it is parsed at once, and nothing is held.
    if (length === 0 && needed === declared) {
      whole = piece
      return
    }
    if (needed > held.length) {
      const size = Math.min(largest, Math.max(needed, 2 * held.length, FIRST_BYTES))
      const taken = memory.take(scope, size - held.length)
      if (taken !== 'taken') {
        settle(refusedShare(taken, 'memory for bodies'))
        return
      }
      const larger = Buffer.allocUnsafeSlow(size)
      held.copy(larger, 0, 0, length)
      held = larger
    }
    piece.copy(held, length)
    length = needed
  }
  const onEnd = (): void => settle(null, whole ?? held.subarray(0, length))
  const onCut = (): void => {
    const cut = new Error('the body was cut off')
    settle(Object.assign(cut, { statusCode: 400 }))
  }
  sent.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut)
}
