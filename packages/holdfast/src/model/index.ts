// Everything that can be asked of an inventory, as data: commands, lists, roles, refusals, and what is derived from
// them; and what the service, clients and pages share. It runs in a browser and has no dependencies.
export { EFFECTS } from './adjustment-type.ts'
export { backOffMs, type BackOff } from './back-off.ts'
export {
  reaches,
  ROLES,
  type AnswerKind,
  type CommandDefinition,
  type Role,
} from './commands/command.ts'
export * from './commands/commands.ts'
export type { Field, JsonSchema } from './commands/fields/field.ts'
export { COMMON, type Common } from './commands/fields/of-every-command.ts'
export { PAGING } from './commands/fields/paging.ts'
export { PLAIN } from './commands/fields/text.ts'
export { LISTS, type FilterOf, type List, type ListDefinition } from './commands/lists.ts'
export * from './commands/schema.ts'
export { cellsOf, csvRecord, originalText, TRAIL_COLUMNS, type Columns } from './csv.ts'
export { checkText, isTime, LATEST, OWN_KEYS } from './limits.ts'
export type { Overview, RefusedCommand } from './overview.ts'
export { isTooMuchTogether } from './too-much.ts'
export { whyUnanswered } from './why-unanswered.ts'
export { REFUSALS, type RefusalCode, type RefusalDetails } from './refusals.ts'
