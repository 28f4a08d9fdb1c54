import { Command } from 'commander'

/** A command that refuses `-p=CUP`. Commander takes `=CUP` for the value, which is an id that a product may have. */
export class VerbCommand extends Command {
  override createCommand(name?: string): Command {
    return new VerbCommand(name)
  }

  override parseOptions(args: string[]): ReturnType<Command['parseOptions']> {
    const takeValues = this.options.filter((flag) => flag.required)
    for (let index = 0; index < args.length && args[index] !== '--'; index++) {
      const arg = args[index]!
      const flag = takeValues.find(
        ({ short }) => short !== undefined && arg.startsWith(`${short}=`),
      )
      if (flag !== undefined) {
        const value = arg.slice(3)
        this.error(
          `error: ${arg} would mean =${value}: write ${flag.short} ${value}, or ${flag.long}=${value}`,
        )
      }
      // The next one is the value of this one, whatever it looks like.
      if (takeValues.some(({ short, long }) => arg === short || arg === long)) index++
    }
    return super.parseOptions(args)
  }
}
