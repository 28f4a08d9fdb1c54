import { readFileSync } from 'node:fs'

/** Resident memory of a process; 0 where the system does not say. */
function memoryMiB(pid: number): number {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Looks at a process's memory ten times a second, and keeps the most. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout
  mostMiB = 0

  constructor(pid: number) {
    const look = (): void => {
      this.mostMiB = Math.max(this.mostMiB, memoryMiB(pid))
    }
    look()
    this.#timer = setInterval(look, 100)
  }

  end(): void {
    clearInterval(this.#timer)
  }
}
