import type { RefusalCode, Role } from 'holdfast/model'

declare module 'fastify' {
  interface FastifySchema {
    /** What the route does, in one line. */
    summary?: string
    /** Its name in the library. */
    operationId?: string
    /** Its refusals, apart from those of every command. */
    refusals?: readonly RefusalCode[]
    /** The least role that may do it. */
    role?: Role
    /** Media types other than JSON that it accepts or returns. */
    alsoTakes?: string
    alsoAnswers?: string
    /** Whether a POST takes an Idempotency-Key. Default: true. */
    takesKey?: boolean
    /** What its ETag is, if it returns one. */
    answersEtag?: string
  }
}
