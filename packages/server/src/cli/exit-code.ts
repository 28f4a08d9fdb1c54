/** The exit codes. */
export const EXIT = {
  done: 0,
  /** It failed, or a check found a fault. */
  failed: 1,
  /** The command line itself was wrong. */
  usage: 2,
  /** The inventory refused it: nothing was changed. */
  refused: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
