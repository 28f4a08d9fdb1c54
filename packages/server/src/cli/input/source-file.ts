import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Failure } from '../failure.ts'

const GZIP = Buffer.from([0x1f, 0x8b])
const PIECE = 256 * 1024

/**
 * A file that is read more than once, plain or compressed. It is held open, so that a new file under
 * its name changes nothing, and watched, so that a change in place is noticed.
 */
export class SourceFile implements AsyncDisposable {
  readonly name: string
  readonly bytes: number
  readonly #handle: FileHandle
  readonly #compressed: boolean
  readonly #stamp: bigint
  /** Bytes of it that the current pass has read. */
  read = 0

  private constructor(
    path: string,
    handle: FileHandle,
    compressed: boolean,
    bytes: number,
    stamp: bigint,
  ) {
    this.name = basename(path)
    this.#handle = handle
    this.#compressed = compressed
    this.bytes = bytes
    this.#stamp = stamp
  }

  static async open(path: string): Promise<SourceFile> {
    const handle = await open(path, 'r')
    try {
      const stat = await handle.stat({ bigint: true })
      if (!stat.isFile()) throw new Failure(`${path} is no file; it has to be read twice`)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
      const compressed = bytesRead === 2 && buffer.equals(GZIP)
      return new SourceFile(path, handle, compressed, Number(stat.size), stat.mtimeNs)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Its text as bytes, from the beginning. @throws Failure where somebody writes it meanwhile */
  chunks(): AsyncIterable<Uint8Array> {
    const raw = this.#raw()
    if (!this.#compressed) return raw
    return this.#unzipped(raw)
  }

  /** SHA-256 of the file as it lies there, in hex. */
  async digest(): Promise<string> {
    const hash = createHash('sha256')
    for await (const chunk of this.#raw()) hash.update(chunk)
    return hash.digest('hex')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  async *#unzipped(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const gunzip = createGunzip()
    // A truncated or damaged file ends the iteration with an error.
    pipeline(Readable.from(raw), gunzip, () => undefined)
    try {
      yield* gunzip as AsyncIterable<Uint8Array>
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      if (!code.startsWith('Z_')) throw error
      const ends = code === 'Z_BUF_ERROR'
      throw new Failure(
        `${this.name} ${ends ? 'ends in the middle of its compressed data' : `cannot be unpacked: ${message}`}`,
        'The file is not whole: fetch or make it again.',
      )
    }
  }

  async *#raw(): AsyncGenerator<Uint8Array> {
    this.read = 0
    for (;;) {
      const { buffer, bytesRead } = await this.#handle.read(
        Buffer.alloc(PIECE),
        0,
        PIECE,
        this.read,
      )
      await this.#mustBeUnchanged()
      if (bytesRead === 0) return
      this.read += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
  async #mustBeUnchanged(): Promise<void> {
    const stat = await this.#handle.stat({ bigint: true })
    if (Number(stat.size) === this.bytes && stat.mtimeNs === this.#stamp) return
    throw new Failure(
      `${this.name} was changed while it was read`,
      'What is done so far stays done, and can be continued with the file as it was.',
    )
  }
}
