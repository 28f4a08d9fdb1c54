import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A message of the protocol: a letter, a length that includes itself, and the rest. */
function* messages(buffer: Buffer): Generator<Buffer> {
  for (let at = 0; at + 5 <= buffer.length;) {
    const end = at + 1 + buffer.readInt32BE(at + 1)
    if (end > buffer.length) return
    yield buffer.subarray(at, end)
    at = end
  }
}

function message(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, letter)
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}

const AUTHENTICATED = message('R', Buffer.alloc(4))
const UTF8 = message('S', Buffer.from('client_encoding\0UTF8\0'))
const READY = message('Z', Buffer.from('I'))

/**
 * A minimal pooler in transaction mode: each transaction gets the server connection that was idle longest, so no two in
 * a row get the same one. Nothing of a session outlives its transaction, and a prepared statement exists on some
 * connections and not on others.
 */
export class Pooler {
  readonly #server: Server
  readonly #target: number
  readonly #idle: Link[] = []
  readonly #waiting: ((link: Link) => void)[] = []
  readonly #sockets = new Set<Socket>()
  transactions = 0

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async to(port: number, connections: number): Promise<Pooler> {
    const pooler = new Pooler(port)
    for (let i = 0; i < connections; i++) pooler.#free(await pooler.#link())
    await new Promise<void>((resolve) => pooler.#server.listen(0, '127.0.0.1', resolve))
    return pooler
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo
    return `postgresql://postgres@127.0.0.1:${port}/postgres`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #link(): Promise<Link> {
    const socket = connect(this.#target, '127.0.0.1')
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0')
    const head = Buffer.alloc(8)
    head.writeInt32BE(8 + parameters.length, 0)
    head.writeInt32BE(196_608, 4)
    socket.write(Buffer.concat([head, parameters]))
    const link = new Link(socket)
    await new Promise<void>((resolve) => {
      link.onMessage = (found) => {
        if (found[0] === READY[0]) resolve()
      }
    })
    return link
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    let greeted = false
    let rest: Buffer = Buffer.alloc(0)
    let link: Link | null = null
    let asked = false
    const queue: Buffer[] = []
    const send = (found: Buffer): void => {
      if (link !== null) link.socket.write(found)
      else queue.push(found)
      if (link !== null || asked) return
      asked = true
      this.#take((given) => {
        asked = false
        link = given
        this.transactions++
        given.onMessage = (answer) => {
          socket.write(answer)
          if (answer[0] !== READY[0] || answer[5] !== READY[5]) return
          link = null
          this.#free(given)
          if (queue.length > 0) send(queue.shift()!)
        }
        for (const one of queue.splice(0)) given.socket.write(one)
      })
    }
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      if (!greeted) {
        greeted = true
        rest = rest.subarray(rest.readInt32BE(0))
        socket.write(Buffer.concat([AUTHENTICATED, UTF8, READY]))
      }
      let used = 0
      for (const found of messages(rest)) {
        used += found.length
        if (found[0] !== 'X'.charCodeAt(0)) send(Buffer.from(found))
      }
      rest = rest.subarray(used)
    })
    socket.on('close', () => {
      // Inside a transaction: the connection must not go to another client.
      if (link === null) return
      link.socket.destroy()
      void this.#link().then((fresh) => this.#free(fresh))
    })
  }

  #take(use: (link: Link) => void): void {
    const link = this.#idle.shift()
    if (link === undefined) this.#waiting.push(use)
    else use(link)
  }

  #free(link: Link): void {
    link.onMessage = () => undefined
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(link)
    else next(link)
  }
}

/** A connection to the server. */
class Link {
  readonly socket: Socket
  onMessage: (found: Buffer) => void = () => undefined

  constructor(socket: Socket) {
    this.socket = socket
    let rest: Buffer = Buffer.alloc(0)
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      let used = 0
      for (const found of messages(rest)) {
        used += found.length
        this.onMessage(Buffer.from(found))
      }
      rest = rest.subarray(used)
    })
  }
}
