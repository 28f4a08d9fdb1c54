import { setTimeout as pause } from 'node:timers/promises'
import { Attacker } from './people.ts'

/** How much of each; the figures that once stopped the service are `WHOLE`. */
export interface Scale {
  /** Lists in one batch, and reserves in each list. */
  readonly lists: number
  readonly reserves: number
  /** Readers of a page of the trail who take nothing of it. */
  readonly pages: number
  readonly streams: number
  /** Open streams of commands that say a blank line now and then. */
  readonly senders: number
  readonly blankEveryMs: number
  readonly bodies: number
  readonly bodyBytes: number
  /** How long each of them goes on. */
  readonly forMs: number
}

export const WHOLE: Scale = {
  lists: 10,
  reserves: 1000,
  pages: 240,
  streams: 200,
  senders: 2000,
  blankEveryMs: 10_000,
  bodies: 300,
  bodyBytes: 8 * 1024 * 1024,
  forMs: 40_000,
}

/** Half of what one token may have: all of it must be served. */
export const HALF: Scale = {
  lists: 1,
  reserves: 100,
  pages: 120,
  streams: 50,
  senders: 5,
  blankEveryMs: 10_000,
  bodies: 1,
  bodyBytes: 8 * 1024 * 1024,
  forMs: 10_000,
}

interface Target {
  readonly url: string
  /** Of the role shop. */
  readonly token: string
}

/** What came of an attack: statuses with how many were told each; 0 is no answer. */
export type Told = Readonly<Record<number, number>>

export interface Attack {
  readonly name: string
  readonly of: (scale: Scale) => string
  /** It asks for one commit, however large; the others ask for what is not finished. */
  readonly isBatch?: boolean
  readonly run: (target: Target, scale: Scale) => Promise<Told>
}

/** As long a metadata as a command may have: `unit` is what its JSON is made of. */
export function largestMetadata(unit: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`k${at}`.padEnd(40, 'x'), unit.repeat(500)]),
  )
}

/** A command that a shop may give, and that changes nothing. */
const LINE = '{"verb":"release","reservationId":"nobody"}\n'
/** How long those who listen at last wait for what they are told. */
const ANSWER_MS = 10_000

const head = ({ token }: Target, line: string, more: string): string =>
  `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`

export const ATTACKS: readonly Attack[] = [
  {
    name: 'lists with large metadata in one batch',
    isBatch: true,
    of: ({ lists, reserves }) => `${lists} of ${reserves}`,
    run: async (target, { lists, reserves }) => {
      const reserve = { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: 1000 }
      const list = {
        verb: 'atomically',
        metadata: largestMetadata('"'),
        commands: Array.from({ length: reserves }, () => reserve),
      }
      const body = JSON.stringify({ commands: Array.from({ length: lists }, () => list) })
      const response = await fetch(`${target.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' },
        body,
      }).catch(() => null)
      await response?.body?.cancel()
      return { [response?.status ?? 0]: 1 }
    },
  },
  {
    name: 'pages that nobody reads',
    of: ({ pages }) => String(pages),
    run: async (target, { pages, forMs }) => {
      const text = head(target, 'GET /v1/audit?limit=1000', '')
      return await held(target, { count: pages, text, forMs })
    },
  },
  {
    name: 'streams of events that nobody reads',
    of: ({ streams }) => String(streams),
    run: async (target, { streams, forMs }) => {
      const text = head(target, 'GET /v1/events?after=0', 'Accept: text/event-stream\r\n')
      return await held(target, { count: streams, text, forMs })
    },
  },
  {
    name: 'streams of commands that say blank lines',
    of: ({ senders, blankEveryMs }) => `${senders}, every ${blankEveryMs / 1000} s`,
    run: async (target, { senders, forMs, blankEveryMs }) => {
      const more = 'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n'
      const text = head(target, 'POST /v1/batch', more)
      const last = `${LINE.length.toString(16)}\r\n${LINE}\r\n0\r\n\r\n`
      return await held(target, { count: senders, text, reads: true, forMs, blankEveryMs, last })
    },
  },
  {
    name: 'bodies that stop one byte short',
    of: ({ bodies, bodyBytes }) => `${bodies} of ${bodyBytes / 1024 / 1024} MiB`,
    run: async (target, { bodies, bodyBytes, forMs }) => {
      const more = `Content-Type: application/json\r\nContent-Length: ${bodyBytes}\r\n`
      const start = Buffer.from(head(target, 'POST /v1/batch', more))
      const end = `{"commands":[${LINE.trimEnd()}]}`
      const body = Buffer.alloc(bodyBytes, ' ')
      body.write(end, bodyBytes - end.length)
      const text = Buffer.concat([start, body.subarray(0, -1)])
      return await held(target, { count: bodies, text, reads: true, forMs, last: '}' })
    },
  },
]

interface Holding {
  readonly count: number
  readonly text: string | Buffer
  readonly reads?: boolean
  readonly forMs: number
  readonly blankEveryMs?: number
  /** What makes the request whole, said at the end by those who were told nothing yet. */
  readonly last?: string
}

/** Opens so many connections that all say the same, keeps them for a while, then hears what they were told. */
async function held({ url }: Target, holding: Holding): Promise<Told> {
  const { count, text, reads = false, forMs, blankEveryMs = 0, last = '' } = holding
  const attackers: Attacker[] = []
  const saying = (): void => {
    for (const attacker of attackers) attacker.say('1\r\n\n\r\n')
  }
  const blank = blankEveryMs === 0 ? null : setInterval(saying, blankEveryMs)
  try {
    for (let at = 0; at < count; at++) {
      attackers.push(new Attacker(url, text, reads))
      // Not all in one turn: the system's own queue of connections is not what is tried.
      if (at % 50 === 49) await pause(20)
    }
    await pause(forMs)
    for (const attacker of attackers) if (attacker.status === 0) attacker.finish(last)
    const patience = performance.now() + ANSWER_MS
    while (attackers.some((one) => one.status === 0 && !one.isClosed)) {
      if (performance.now() > patience) break
      await pause(20)
    }
    const told: Record<number, number> = {}
    for (const { status } of attackers) told[status] = (told[status] ?? 0) + 1
    return told
  } finally {
    if (blank !== null) clearInterval(blank)
    for (const attacker of attackers) attacker.close()
  }
}
