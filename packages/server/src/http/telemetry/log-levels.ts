export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Where the log goes: one JSON object per line, without headers and bodies. */
export interface Log {
  readonly level: LogLevel
  readonly stream: { write(line: string): void }
}
