import type { RefusalCode, Role } from 'holdfast/model'

declare module 'fastify' {
  interface FastifySchema {
    /** What the route does, in one line. */
    summary?: string
    /** The library's name for it. */
    operationId?: string
    /** Why it can be refused, apart from what can refuse any command. */
    refusals?: readonly RefusalCode[]
    /** The least role that may do it. */
    role?: Role
    /** Like `response`, where the answer is not serialised by it. */
    documented?: Readonly<Record<string, object>>
    /** Media types beside JSON that it takes or answers. */
    alsoTakes?: string
    alsoAnswers?: string
    /** What its ETag is, if it answers one. */
    answersEtag?: string
  }
  interface FastifyContextConfig {
    /** Not in the document: it only refuses. */
    hidden?: boolean
  }
}
