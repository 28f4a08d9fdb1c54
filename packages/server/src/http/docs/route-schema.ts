import type { HttpRefusal } from '../problems/codes.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** What the route does, in one line. */
    summary?: string
    /** Its name in the library. */
    operationId?: string
    /** What it refuses as things stand; `openApi` adds what follows from its input. */
    refusals?: readonly HttpRefusal[]
    /** Media types other than JSON that it accepts or returns. */
    alsoTakes?: string
    alsoAnswers?: string
    /** Whether a POST takes an Idempotency-Key. Default: true. */
    takesKey?: boolean
    /** Whether it goes on after a Last-Event-ID. */
    resumes?: boolean
    /** What its ETag is, if it returns one. */
    answersEtag?: string
  }
}
