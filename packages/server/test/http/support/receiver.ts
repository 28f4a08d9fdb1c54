import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Somebody's endpoint: keeps what it is sent, and answers as it is told to. */
export class Receiver {
  readonly received: Received[] = []
  /** The status of the next answers; 204 where it says nothing. */
  answer: (received: Received) => number | { status: number; headers: Record<string, string> } =
    () => 204
  readonly #server: Server
  url = ''

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (text: string) => (body += text))
      request.on('end', () => {
        const one = { headers: request.headers, body }
        const answer = this.answer(one)
        const { status, headers } =
          typeof answer === 'number' ? { status: answer, headers: {} } : answer
        if (status < 300) this.received.push(one)
        response.writeHead(status, headers).end()
      })
    })
  }

  static async open(t?: TestContext): Promise<Receiver> {
    const receiver = new Receiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}/hook`
    t?.after(() => receiver.close())
    return receiver
  }

  /** `seq` of each delivery, in the order of arrival. */
  seqs(): number[] {
    return this.received.map(({ body }) => (JSON.parse(body) as { data: { seq: number } }).data.seq)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
