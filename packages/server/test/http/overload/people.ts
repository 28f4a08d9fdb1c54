import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A connection of somebody who means no good: says what it likes, and reads only when told to. */
export class Attacker {
  readonly socket: Socket
  #said = ''
  isClosed = false

  constructor(url: string, text: string | Buffer, reads: boolean) {
    const { hostname, port } = new URL(url)
    this.socket = connect(Number(port), hostname)
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => (this.isClosed = true))
    if (reads) this.#read()
    else this.socket.pause()
    this.socket.write(text)
  }

  /** Says the last of it, and listens from now on. */
  finish(last: string): void {
    this.say(last)
    if (this.socket.isPaused()) this.#read()
  }

  #read(): void {
    this.socket.on('data', (bytes: Buffer) => {
      if (this.#said.length < 2000) this.#said += bytes.toString('latin1')
    })
    this.socket.resume()
  }

  /** What it was told first; 0 for nothing yet. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.#said)?.[1] ?? 0)
  }

  say(text: string): void {
    if (!this.isClosed) this.socket.write(text)
  }

  close(): void {
    this.socket.destroy()
  }
}

export interface Waits {
  readonly asked: number
  readonly longestMs: number
  /** Answers other than success, and none at all. */
  readonly failed: readonly string[]
}

/** Somebody with a token of their own, who reads and writes a little all the time. */
export class Bystander {
  readonly #url: string
  readonly #token: string
  readonly #timer: NodeJS.Timeout
  readonly #failed: string[] = []
  readonly #under: Set<Promise<void>> = new Set()
  #asked = 0
  #longestMs = 0

  private constructor(url: string, token: string, everyMs = 250) {
    this.#url = url
    this.#token = token
    this.#timer = setInterval(() => {
      this.#ask('GET', '/v1/head')
      this.#ask('POST', '/v1/stock/add', {
        warehouseId: 'SF',
        productId: 'BYSTANDER',
        qty: 1,
        source: 'S',
      })
    }, everyMs)
  }

  /** The first requests of a process are slow by themselves: they are not counted. */
  static async warmedUp(url: string, token: string): Promise<Bystander> {
    const first = new Bystander(url, token, 50)
    await pause(500)
    await first.end()
    return new Bystander(url, token)
  }

  async end(): Promise<Waits> {
    clearInterval(this.#timer)
    await Promise.all(this.#under)
    return { asked: this.#asked, longestMs: this.#longestMs, failed: this.#failed }
  }

  #ask(method: string, path: string, body?: object): void {
    const began = performance.now()
    const asking = fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
      .then(async (response) => {
        const text = await response.text()
        if (!response.ok) this.#failed.push(`${method} ${response.status} ${text.slice(0, 200)}`)
      })
      .catch(
        (error: unknown) =>
          void this.#failed.push(
            `${method} ${String(error)} ${JSON.stringify((error as Error).cause ?? null)}`,
          ),
      )
      .finally(() => {
        this.#asked++
        this.#longestMs = Math.max(this.#longestMs, performance.now() - began)
        this.#under.delete(asking)
      })
    this.#under.add(asking)
  }
}
