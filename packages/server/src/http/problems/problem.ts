import { Type, type Static } from 'typebox'
import { Details } from '../schemas/answers.ts'
import { infoOf } from './codes.ts'

/** RFC 9457, with the inventory's own code and details. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Where the code is explained' }),
    title: Type.String({ description: 'The same for every problem of this code' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What happened this time, for people' }),
    code: Type.String({ description: 'For programs: codes never change' }),
    details: Details,
    requestId: Type.String({ description: 'Stands in the service’s log' }),
  },
  { title: 'Problem', additionalProperties: false },
)
export type Problem = Static<typeof Problem>

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** `docs` is where the page with the codes is served. */
export function problemOf(
  code: string,
  detail: string,
  details: Readonly<Record<string, unknown>>,
  requestId: string,
  docs: string,
): Problem {
  const { status, title } = infoOf(code)
  return { type: `${docs}#${code}`, title, status, detail, code, details, requestId }
}
