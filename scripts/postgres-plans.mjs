// How PostgreSQL runs each hot statement of the store in a large and old shop: as the engine sends it, with its values
// and settings, reported by auto_explain. Writes docs/postgres-plans.md.
//   npm run docs -- plans --levels 1000000
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { postgres } from 'holdfast/postgres'
import { fillInBulk } from '../packages/holdfast/test/postgres/support/fill.ts'
import { growOld } from '../packages/holdfast/test/postgres/support/grow-old.ts'
import { hotDeeds } from '../packages/holdfast/test/postgres/support/hot-statements.ts'
import { outline, pagesOf, Watched } from '../packages/holdfast/test/postgres/support/plans.ts'
import { onPostgres } from './on-postgres.mjs'
import { scriptArguments } from './script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  levels: { type: 'string', default: '1000000' },
  out: { type: 'string', default: resolve(import.meta.dirname, '../docs/postgres-plans.md') },
})
const levels = Number(values.levels)
const schema = 'shop'
const WIDTH = 96
const LONGEST = 700
/** Each statement is shown once, where it first occurs. */
const seen = new Set()
await onPostgres(async (server) => {
  const { url } = server
  /** @param {number} number */
  const productId = (number) => `SKU-${String(number).padStart(8, '0')}`
  const shop = { url, schema, warehouseId: 'MAIN', productId, levels, qty: 1_000_000 }
  console.log(`filling ${levels} levels`)
  await fillInBulk(shop)
  console.log('letting it grow old')
  await growOld(shop)
  const watched = new Watched(url)
  const store = postgres({ pool: watched.pool, schema })
  const { rows } = await watched.pool.query({ text: 'SHOW server_version', rowMode: 'array' })
  const version = String(rows[0]?.[0])
  const sections = []
  for (const { what, run } of hotDeeds({ store, ...shop })) {
    console.log(what)
    const plans = (await watched.during(run)).filter(({ statement }) => statement.includes(schema))
    sections.push(section(what, plans))
  }
  await watched.pool.end()
  writeFileSync(values.out, `${heading(version)}\n${sections.join('\n')}`)
  console.log(values.out)
})

/** @param {string} version */
function heading(version) {
  const count = levels.toLocaleString('en')
  return `# How PostgreSQL runs the hot statements

Written by \`npm run docs -- plans\` on PostgreSQL ${version}, in a shop of ${count} levels that has grown old:
${count} reservations, one in twenty still pending, three times as many entries, and as many transfers
and idempotency keys. Each plan is that of a statement as the store sent it, with its values and settings. A
line says how many rows a step gave and how often it ran (×); _in vain_ are rows that were read and
not needed. Pages are 8 KiB, counted each time one is looked at. Statements that every process runs at opening
alone are left out, and of those that look at a table of a few rows (\`head_lock\`, \`warehouse\`, \`lease\`, \`document\`)
a scan of it is all there is.

[Running on PostgreSQL](postgres.md) says what to set; a test keeps all of this true at 20,000 levels.
`
}

/**
 * @param {string} what
 * @param {import('../packages/holdfast/test/postgres/support/plans.ts').Plan[]} plans
 */
function section(what, plans) {
  const fresh = plans.filter(({ statement }) => !seen.has(statement))
  for (const { statement } of fresh) seen.add(statement)
  const blocks = fresh.map((plan) => {
    const sql = shortened(plan.statement)
    const cost = `${pagesOf(plan).toLocaleString('en')} pages, ${plan.ms.toFixed(1)} ms`
    return `\`\`\`text\n${sql}\n\n${outline(plan.root)}\n${cost}\n\`\`\`\n`
  })
  return `## ${what[0]?.toUpperCase()}${what.slice(1)}\n\n${blocks.join('\n') || 'No statement that was not shown above.\n'}`
}

/** The schema's name as in the sources, in lines that fit; long lists are cut. @param {string} sql */
function shortened(sql) {
  const whole = sql.replaceAll(`"${schema}".`, 'holdfast.').replaceAll(/\s+/g, ' ').trim()
  const words = (whole.length > LONGEST ? `${whole.slice(0, LONGEST)} …` : whole).split(' ')
  const lines = ['']
  for (const word of words) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + word.length > WIDTH) lines.push(`  ${word}`)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join('\n')
}
