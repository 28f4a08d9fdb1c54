import type { Command } from 'commander'
import { EXIT, type ExitCode } from './exit-code.ts'

/** The command line while it runs: what it understands, and how it ended. */
export class CommandLine {
  readonly program: Command
  exitCode: ExitCode = EXIT.done

  constructor(program: Command) {
    this.program = program
  }
}
