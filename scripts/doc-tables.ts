// Writes the tables of the docs that are derived from the definitions of commands and lists:
//   npm run docs -- tables        (and then npm run format)
// Each is between `<!-- table: NAME -->` and `<!-- end of table -->`; a test compares them with the definitions.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  COMMANDS,
  kebab,
  LISTS,
  routeOf,
  type CommandDefinition,
  type ListDefinition,
} from 'holdfast/model'
import { scriptArguments } from './script-arguments.mjs'

const docs = resolve(import.meta.dirname, '../docs')

type Commands = Readonly<Record<string, CommandDefinition>>
type Lists = Readonly<Record<string, ListDefinition>>

const code = (text: string): string => `\`${text}\``

function fieldNames(fields: CommandDefinition['fields']): string {
  return Object.entries(fields)
    .map(([name, { optional }]) => (optional ? `${name}?` : name))
    .join(', ')
}

/** Refusals that the guide tells of before the table. */
const TOLD_ABOVE = /_NOT_FOUND$|^STOCK_CHANGED$/

/** Of each page, its tables: a head, and rows of cells. */
export function tables(commands: Commands = COMMANDS, lists: Lists = LISTS) {
  const verbs = Object.entries(commands)
  return {
    'guide.md': {
      verbs: [
        ['verb', 'fields', 'effect'],
        ...verbs.map(([verb, { fields, effect }]) => [code(verb), fieldNames(fields), effect]),
      ],
      outcomes: [
        ['verb', 'entries', 'refusals'],
        ...verbs.map(([verb, { writes, refusals }]) => [
          code(verb),
          writes.join(', '),
          refusals.filter((each) => !TOLD_ABOVE.test(each)).join(', '),
        ]),
      ],
    },
    'reading.md': {
      lists: [
        ['list', 'filters', 'order'],
        ...Object.entries(lists).map(([list, { filters, order }]) => [
          code(list),
          Object.keys(filters).join(', '),
          order,
        ]),
      ],
    },
    'http.md': {
      calls: [
        ['verb', 'call', 'least role'],
        ...verbs.map(([verb, definition]) => [
          code(verb),
          code(`POST ${routeOf(definition).path}`),
          code(definition.role),
        ]),
      ],
    },
    'command-line.md': {
      commands: [
        ['verb', 'what it does'],
        ...verbs.map(([verb, { summary }]) => [code(kebab(verb)), summary]),
      ],
    },
  } satisfies Record<string, Record<string, string[][]>>
}

/** A table as Markdown, not aligned. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '-'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Splits a page at a table: what is before it, the table, what is after it. */
export function placeOf(
  page: string,
  name: string,
): [before: string, table: string, after: string] {
  const begin = `<!-- table: ${name} -->\n\n`
  const end = '\n\n<!-- end of table -->'
  const at = page.indexOf(begin)
  const to = page.indexOf(end, at)
  if (at < 0 || to < 0) throw new Error(`there is no place for the table ${name}`)
  const from = at + begin.length
  return [page.slice(0, from), page.slice(from, to), page.slice(to)]
}

if (process.argv[1] === import.meta.filename) {
  scriptArguments(import.meta.filename, {})
  for (const [file, all] of Object.entries(tables())) {
    const path = resolve(docs, file)
    let page = readFileSync(path, 'utf8')
    for (const [name, rows] of Object.entries(all)) {
      const [before, , after] = placeOf(page, name)
      page = before + markdown(rows) + after
    }
    writeFileSync(path, page)
  }
}
