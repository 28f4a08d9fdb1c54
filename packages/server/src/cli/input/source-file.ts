import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Failure } from '../failure.ts'
import { openToRead } from './open-to-read.ts'

const GZIP = '\x1f\x8b'

/** The first bytes of workbooks, which people import for the table in them. */
const WORKBOOKS: Readonly<Record<string, string>> = {
  'PK\x03\x04': 'a workbook (.xlsx) or another zip file',
  '\xd0\xcf\x11\xe0': 'a workbook (.xls)',
}
const PIECE = 256 * 1024

/**
 * A file that is read more than once, plain or compressed. It stays open, so a new file of its name changes nothing, and
 * a change in place is noticed.
 */
export class SourceFile implements AsyncDisposable {
  readonly name: string
  readonly bytes: number
  readonly #handle: FileHandle
  readonly #compressed: boolean
  readonly #stamp: bigint
  /** How many bytes the current pass has read. */
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
    if (path === '-')
      throw new Failure(
        'it reads the file twice, and stdin can be read only once',
        'Save it as a file, and name that.',
      )
    const handle = await openToRead(path)
    try {
      const stat = await handle.stat({ bigint: true })
      if (!stat.isFile())
        throw new Failure(`${path} is not a regular file, which can be read twice`)
      const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
      const begin = buffer.toString('latin1')
      mustBeText(path, begin)
      const compressed = begin.startsWith(GZIP)
      return new SourceFile(path, handle, compressed, Number(stat.size), stat.mtimeNs)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Its text as bytes, from the beginning. @throws Failure if it changes meanwhile */
  chunks(): AsyncIterable<Uint8Array> {
    const raw = this.#raw()
    if (!this.#compressed) return raw
    return this.#unzipped(raw)
  }

  /** SHA-256 of the file in hex, not unpacked. */
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
        'The file is incomplete: download or make it again.',
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
      `${this.name} was changed while it was being read`,
      'What is done stays done. To continue, run it again with the unchanged file.',
    )
  }
}

function mustBeText(path: string, begin: string): void {
  const kind = WORKBOOKS[begin]
  if (kind === undefined) return
  throw new Failure(
    `${basename(path)} is ${kind}, not a CSV file`,
    'Open it in the spreadsheet and save the sheet as CSV (in Excel: CSV UTF-8), then\nimport that file.',
    'TABLE_NOT_RECOGNISED',
  )
}
