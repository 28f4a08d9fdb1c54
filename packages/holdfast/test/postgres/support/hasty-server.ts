import { connect, createServer, type AddressInfo, type Server } from 'node:net'

/** The end of a start: ready for the first query. */
const READY = Buffer.from('Z\0\0\0\u0005I', 'latin1')
const FIELDS = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'

/**
 * A server in front of another. For the first connections it sends readiness and termination together, like a backend
 * that is terminated during its start.
 */
export class HastyServer {
  readonly #server: Server
  /** How many more connections end that way. */
  left: number

  private constructor(target: number, count: number) {
    this.left = count
    this.#server = createServer((client) => {
      const server = connect(target, '127.0.0.1')
      client.on('error', () => server.destroy())
      server.on('error', () => client.destroy())
      client.on('close', () => server.destroy())
      server.on('close', () => client.destroy())
      client.pipe(server)
      let isStarting = true
      server.on('data', (piece: Buffer) => {
        const isReady = isStarting && piece.subarray(-READY.length).equals(READY)
        if (isReady) isStarting = false
        if (!isReady || this.left === 0) client.write(piece)
        else {
          this.left--
          client.end(Buffer.concat([piece, farewell()]))
        }
      })
    })
  }

  static async before(port: number, count: number): Promise<HastyServer> {
    const hasty = new HastyServer(port, count)
    await new Promise<void>((resolve) => hasty.#server.listen(0, '127.0.0.1', resolve))
    return hasty
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  close(): void {
    this.#server.close()
  }
}

function farewell(): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + FIELDS.length)
  return Buffer.concat([Buffer.from('E'), length, Buffer.from(FIELDS)])
}
