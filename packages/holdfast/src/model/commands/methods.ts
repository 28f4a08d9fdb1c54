import {
  SINGLE_VERBS,
  type Answered,
  type CommandOf,
  type COMMANDS,
  type SingleAnswer,
  type SingleVerb,
} from './commands.ts'
import type { Common } from './fields/of-every-command.ts'

/** One method for each verb. `Untold` lists the fields that its callers do not give. */
export type CommandMethods<Options, Untold extends keyof Common = never> = {
  [V in keyof typeof COMMANDS]: (
    command: Omit<CommandOf<V>, Untold>,
    options?: Options,
  ) => Promise<SingleAnswer<V> & Answered>
}

/** Has a method for each verb; each calls `perform`. */
export abstract class Verbs {
  protected abstract perform(verb: SingleVerb, command: object, options?: object): Promise<unknown>
}

export function addMethods(target: typeof Verbs, verbs: readonly string[]): void {
  for (const verb of verbs) {
    Object.defineProperty(target.prototype, verb, {
      value(this: Verbs, command: object, options?: object) {
        return this.perform(verb as SingleVerb, command, options)
      },
    })
  }
}

addMethods(Verbs, SINGLE_VERBS)

/** The class, with its methods typed. */
export function commandMethods<Options, Untold extends keyof Common = never>() {
  return Verbs as abstract new () => Verbs & CommandMethods<Options, Untold>
}
