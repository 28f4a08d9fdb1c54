import { isTabUnseen, onUnseen, untilSeen } from './unseen.ts'

/** Asleep: closed because the tab is hidden. */
export type StreamState = 'open' | 'lost' | 'asleep'

/**
 * Reports whether the live stream is open.
 *
 * A hidden tab closes it: a browser opens six connections to a service, for all its tabs together, and with six streams
 * no tab could make a request any more.
 */
export function watchedFetch(
  ownFetch: typeof fetch,
  onStream: (state: StreamState) => void,
): typeof fetch {
  return async (input, init) => {
    if (!(typeof input === 'string' && input.includes('/v1/events')))
      return await ownFetch(input, init)
    if (isTabUnseen()) onStream('asleep')
    await untilSeen(init?.signal)
    onStream('lost')
    const response = await ownFetch(input, init)
    if (!response.ok || response.body === null) return response
    onStream('open')
    return new Response(
      watched(response.body, () => onStream('lost')),
      response,
    )
  }
}

function watched(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onEnd: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader()
  const stop = onUnseen(() => void reader.cancel().catch(() => undefined))
  const ended = (): void => {
    stop()
    onEnd()
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        ended()
        controller.close()
      } catch (error) {
        ended()
        controller.error(error)
      }
    },
    async cancel() {
      ended()
      await reader.cancel()
    },
  })
}
