import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Kind = 'inventory' | 'echo' | 'bare' | 'fastify'

/** A server in a process of its own. */
export class Served {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  static async open(kind: Kind, path: string): Promise<Served> {
    const execArgv = process.execArgv.filter((arg) => arg !== '--expose-gc')
    const child = fork(join(import.meta.dirname, 'server-process.ts'), [kind, path], { execArgv })
    const [url] = (await once(child, 'message')) as [string]
    return new Served(child, url)
  }

  /** Processor time of all its threads so far, in µs; 0 where the system does not say. */
  cpuUs(): number {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
      return (Number(user) + Number(system)) * 10_000
    } catch {
      return 0
    }
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}
