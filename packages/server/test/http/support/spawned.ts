import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const BIN = resolve(import.meta.dirname, '../../../bin/holdfast.js')
/** What `npm start` runs. */
const START = resolve(import.meta.dirname, '../../../../../scripts/start.mjs')

/** The real thing: `holdfast serve` as a process of its own. */
export class Spawned {
  readonly child: ChildProcess
  url = ''
  stdout = ''
  stderr = ''

  private constructor(
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    program = BIN,
  ) {
    this.child = spawn(process.execPath, [program, ...args], {
      env: { ...withoutOurs(process.env), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
  }

  /** Resolves when it serves; throws where it ends before. */
  static async serve(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Spawned> {
    return await new Spawned(['serve', '--json', ...args], environment).#serving()
  }

  /** The same by `npm start`'s script, which says `serve --demo` itself. */
  static async start(args: readonly string[]): Promise<Spawned> {
    return await new Spawned(['--json', ...args], {}, START).#serving()
  }

  /** A command line that ends by itself. */
  static async run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Spawned> {
    const spawned = new Spawned(args, environment)
    await once(spawned.child, 'close')
    return spawned
  }

  async #serving(): Promise<this> {
    const ended = once(this.child, 'exit')
    const serving = new Promise<void>((done) => {
      this.child.stdout!.on('data', () => {
        if (this.stdout.includes('\n')) done()
      })
    })
    await Promise.race([serving, ended])
    if (this.child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`)
    this.url = (JSON.parse(this.stdout) as { url: string }).url
    return this
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    await ended
    return this.child.exitCode
  }
}

function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('HOLDFAST_')),
  )
}
