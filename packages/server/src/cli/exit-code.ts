/** How a run ended, for the shell. */
export const EXIT = {
  done: 0,
  /** It could not be done, or what was found does not add up. */
  failed: 1,
  /** The command line itself was wrong. */
  usage: 2,
  /** The inventory said no: nothing was changed. */
  refused: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
