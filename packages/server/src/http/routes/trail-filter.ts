import type { AuditFilter } from 'holdfast'
import { LISTS, type Field } from 'holdfast/model'
import { optional, string, type Schema } from '../schemas/schema.ts'
import { querySchema } from '../schemas/query.ts'

const { from, to, ...others } = LISTS.audit.filters
const moment = ({ words }: Field): Schema =>
  optional(string({ description: `${words}: milliseconds, or RFC 3339` }))

/** The filters of entries, wherever the trail is read. */
export const feedFilter = querySchema(others)
/** The filters of a trail with an end, which also has times. */
export const trailFilter = { ...feedFilter, from: moment(from), to: moment(to) }

export type TrailFilter = Omit<AuditFilter, 'limit'>
