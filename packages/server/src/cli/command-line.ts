import type { Command } from 'commander'
import { EXIT, type ExitCode } from './exit-code.ts'

/** One run of the command line: its parser, and its exit code. */
export class CommandLine {
  readonly program: Command
  exitCode: ExitCode = EXIT.done

  constructor(program: Command) {
    this.program = program
  }
}
