import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

/** A connection on which anything can be said, however wrong. */
export class RawSocket {
  readonly socket: Socket
  received = ''
  ended = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => (this.received += text))
    socket.on('close', () => (this.ended = true))
    socket.on('error', () => undefined)
  }

  static async open(url: string): Promise<RawSocket> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new RawSocket(socket)
  }

  /** Says it all at once. */
  say(text: string | Buffer): void {
    this.socket.write(text)
  }

  /** Waits until so many answers came, or the connection ended. */
  async answers(count: number, withinMs: number): Promise<number[]> {
    const deadline = performance.now() + withinMs
    while (this.#statuses().length < count && !this.ended && performance.now() < deadline)
      await pause(5)
    return this.#statuses()
  }

  async end(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    while (!this.ended && performance.now() < deadline) await pause(5)
    return this.ended
  }

  close(): void {
    this.socket.destroy()
  }

  #statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  }
}
