// What can be said to an inventory, as data: commands, lists, roles, refusals, and what follows from them. It runs in a
// browser, and depends on nothing.
export { ROLES, type AnswerKind, type CommandDefinition, type Role } from './commands/command.ts'
export * from './commands/commands.ts'
export { COMMON, PAGING, type Common, type Field, type JsonSchema } from './commands/field.ts'
export { LISTS, type FilterOf, type List, type ListDefinition } from './commands/lists.ts'
export * from './commands/schema.ts'
export { REFUSALS, type RefusalCode, type RefusalDetails } from './refusals.ts'
