import { fetchWithToken } from './ask.ts'
import { isTabUnseen, onUnseen, untilSeen } from './unseen.ts'

/** The service sends something every 15 seconds; after three times that it is considered gone. */
const SILENT_MS = 45_000

/** Asleep: closed because the tab is hidden. */
export type StreamState = 'open' | 'lost' | 'asleep'

/**
 * Reports whether the live stream is open, and ends it when it falls silent, as happens when a network fails silently.
 * Its body is read piece by piece, which every browser can do.
 *
 * A hidden tab closes it: a browser opens six connections to a service, for all its tabs together, and with six streams
 * no tab could make a request any more.
 */
export function watchedFetch(onStream: (state: StreamState) => void): typeof fetch {
  return async (input, init) => {
    if (!(typeof input === 'string' && input.includes('/v1/events')))
      return await fetchWithToken(input, init)
    if (isTabUnseen()) onStream('asleep')
    await untilSeen(init?.signal)
    onStream('lost')
    const response = await fetchWithToken(input, init)
    if (!response.ok || response.body === null) return response
    onStream('open')
    const { ok, status, headers } = response
    const body = pieces(response.body, () => onStream('lost'))
    return { ok, status, headers, body } as unknown as Response
  }
}

async function* pieces(
  stream: ReadableStream<Uint8Array>,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  const stop = onUnseen(() => void reader.cancel().catch(() => undefined))
  try {
    for (;;) {
      const { done, value } = await orSilence(reader.read())
      if (done) return
      yield value
    }
  } finally {
    stop()
    onEnd()
    reader.cancel().catch(() => undefined)
  }
}

async function orSilence<T>(next: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the stream fell silent')), SILENT_MS)
  })
  try {
    return await Promise.race([next, silence])
  } finally {
    clearTimeout(timer)
  }
}
