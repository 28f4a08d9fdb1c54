import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** When a connection is cut: before COMMIT reaches the server, on its way, or after it was answered. */
export type Moment = 'before' | 'during' | 'after'

/** The driver sends COMMIT in a separate message, which ends like this. */
const COMMIT = Buffer.from('COMMIT\0')

/** A wire between programs and a server: it can be cut, held, and redirected to another server. */
export class Wire {
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #target: number
  #armed: { readonly moment: Moment; readonly done: () => void } | null = null
  #cut = false
  #held = false
  #lateMs = 0

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#join(client))
  }

  static async to(port: number): Promise<Wire> {
    const wire = new Wire(port)
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Cuts all connections; new ones can be made immediately. */
  cut(): void {
    for (const pair of this.#pairs) pair.cut()
  }

  /**
   * Closes the program's end of a connection, which the server notices only after reading all that was sent. Either the
   * connection that the server sees at this port, or all.
   */
  hangUp(port?: number): void {
    for (const pair of this.#pairs) if (port === undefined || port === pair.port) pair.hangUp()
  }

  /** Cuts the connection of the next COMMIT; resolves when it has. */
  async cutAtCommit(moment: Moment): Promise<void> {
    return new Promise((done) => {
      this.#armed = { moment, done }
    })
  }

  disarm(): void {
    this.#armed = null
  }

  /** Nothing passes any more, silently, as when a network fails. */
  hold(): void {
    this.#held = true
    for (const pair of this.#pairs) pair.hold()
  }

  /** Answers on new connections come so much later; those of a connection that the server ends meanwhile, not at all. */
  delayAnswers(ms: number): void {
    this.#lateMs = ms
  }

  /** New connections pass again; held ones stay held. */
  unhold(): void {
    this.#held = false
  }

  /** Refuses and cuts everything until it is redirected to another server. */
  cutOff(): void {
    this.#cut = true
    this.cut()
  }

  leadTo(port: number): void {
    this.#target = port
    this.#cut = false
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(client: Socket): void {
    if (this.#cut) {
      client.destroy()
      return
    }
    const server = connect(this.#target, '127.0.0.1')
    const pair = new Pair(client, server, (chunk) => this.#seen(chunk), this.#lateMs)
    this.#pairs.add(pair)
    if (this.#held) pair.hold()
    client.once('close', () => this.#pairs.delete(pair))
  }

  #seen(chunk: Buffer): Moment | null {
    if (this.#armed === null || !chunk.subarray(-COMMIT.length).equals(COMMIT)) return null
    const { moment, done } = this.#armed
    this.#armed = null
    done()
    return moment
  }
}

/** One connection: the program's end and the server's. */
class Pair {
  readonly #client: Socket
  readonly #server: Socket
  #cutAtAnswer = false

  constructor(
    client: Socket,
    server: Socket,
    seen: (chunk: Buffer) => Moment | null,
    lateMs: number,
  ) {
    this.#client = client
    this.#server = server
    for (const end of [client, server]) {
      end.setNoDelay(true)
      end.on('error', () => this.cut())
      end.on('close', () => this.cut())
    }
    client.on('data', (chunk: Buffer) => {
      const moment = seen(chunk)
      if (moment === 'before') this.cut()
      else if (moment === 'after') this.#cutAtAnswer = true
      else if (moment === 'during') {
        client.destroy()
        server.end(chunk)
        return
      }
      if (moment !== 'before') server.write(chunk)
    })
    server.on('data', (chunk: Buffer) => {
      if (this.#cutAtAnswer) this.cut()
      else if (lateMs === 0) client.write(chunk)
      else setTimeout(() => client.write(chunk), lateMs)
    })
  }

  cut(): void {
    this.#client.destroy()
    // What was written to it may still arrive.
    if (!this.#server.writableEnded) this.#server.destroy()
  }

  /** Its port as the server sees it. */
  get port(): number | undefined {
    return this.#server.localPort
  }

  hangUp(): void {
    this.#server.end()
    this.#client.destroy()
  }

  hold(): void {
    this.#client.pause()
    this.#server.pause()
  }
}
