// Checks the layers: prints every import of the sources that crosses layers in a forbidden way
// (`file:line  layer: why`) and every circle of imports, then exits 1. Tests may import anything.
//
//   model           the data of commands: imports only itself; nothing of Node: it runs in a browser
//   rules           what happens: imports model and itself; nothing of Node
//   manager         the synchronous manager: imports model, rules, itself; nothing of Node
//   log             how commits are written and read: imports model, itself
//   postings        what reads find records by: imports model, log, itself
//   port            (the files directly in store/) imports model, log, postings
//   engine          when it happens: imports model, rules, log, postings, the port. Its rooms, from the top:
//     open            imports all of them
//     write, follow   import cache, clock, also
//     read, proof     import none of them
//     cache, clock, also   import no other one; the files directly in engine/ import clock, for its types
//   store/rows      records in SQL, for both databases: imports model, log, the port
//   stores          where records are stored: import model, log, postings, the port, store/rows, their rooms; never each other. A room
//                   imports those before it:
//     sqlite          file, packed, tables, read, write, thread
//     postgres        connect, then schema, follow and tables (not each other), read, write
//   client          imports model, itself, and types of the engine; nothing of Node: it runs in a browser
//   sql             imports model, itself; no dependency: it recognizes query builders by their shape
//   entry points    (the files directly in src/) import all of the above
//   testing         imports everything; nothing imports testing
//   console         imports only types, the model and the client: it is a page
//   server, console, examples   use only the library's public names; bench may use testing too
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const src = 'packages/holdfast/src/'

const BELOW_ENGINE = ['model', 'rules', 'log', 'postings', 'port']
/** What the rooms of the engine share. */
const SHARED = ['engine', 'engine/cache', 'engine/clock', 'engine/also']

const BELOW_STORES = ['model', 'log', 'postings', 'port', 'store/rows']

/**
 * The rooms of a store, and which others each of them imports.
 * @param {string} name @param {Record<string, string[]>} rooms @returns {Record<string, string[]>}
 */
function store(name, rooms) {
  const layer = (/** @type {string} */ room) => `store/${name}/${room}`
  /** @type {Record<string, string[]>} */
  const allowed = { [`store/${name}`]: [...BELOW_STORES, `store/${name}`] }
  for (const [room, others] of Object.entries(rooms)) {
    allowed[layer(room)] = [...BELOW_STORES, ...[room, ...others].map(layer)]
    allowed[`store/${name}`]?.push(layer(room))
  }
  return allowed
}

/** @type {Readonly<Record<string, readonly string[]>>} */
const mayImport = {
  model: ['model'],
  rules: ['model', 'rules'],
  manager: ['model', 'rules', 'manager'],
  log: ['model', 'log'],
  postings: ['model', 'log', 'postings'],
  port: ['model', 'log', 'postings', 'port'],
  engine: [...BELOW_ENGINE, 'engine', 'engine/clock'],
  'engine/clock': [...BELOW_ENGINE, 'engine/clock'],
  'engine/also': [...BELOW_ENGINE, 'engine/also'],
  'engine/cache': [...BELOW_ENGINE, 'engine/cache'],
  'engine/read': [...BELOW_ENGINE, 'engine', 'engine/read'],
  'engine/proof': [...BELOW_ENGINE, 'engine', 'engine/proof'],
  'engine/write': [...BELOW_ENGINE, ...SHARED, 'engine/write'],
  'engine/follow': [...BELOW_ENGINE, ...SHARED, 'engine/follow'],
  'engine/open': [
    ...[...BELOW_ENGINE, ...SHARED],
    ...['open', 'write', 'read', 'follow', 'proof'].map((room) => `engine/${room}`),
  ],
  'store/rows': BELOW_STORES,
  'store/memory': ['model', 'log', 'postings', 'port', 'store/memory'],
  ...store('sqlite', {
    file: [],
    packed: [],
    tables: ['file', 'packed'],
    read: ['file', 'packed', 'tables'],
    write: ['file', 'packed', 'tables', 'read'],
    thread: ['read', 'write'],
  }),
  ...store('postgres', {
    connect: [],
    schema: ['connect'],
    follow: ['connect'],
    tables: ['connect'],
    read: ['connect', 'tables'],
    write: ['connect', 'tables', 'read'],
  }),
  client: ['model', 'engine', 'client'],
  sql: ['model', 'sql'],
}

/** Layers that are synchronous and run anywhere. */
const PURE = ['model', 'rules', 'manager']
/** Their only file that may mention promises: the types of asynchronous callers. */
const SPEAKS_OF_PROMISES = 'packages/holdfast/src/model/commands/methods.ts'

/** The layer of a file (relative to the repository). @param {string} file */
function layerOf(file) {
  if (!file.startsWith(src)) return /^packages\/\w+|^\w+/.exec(file)?.[0] ?? file
  const [first, second, third, fourth] = file.slice(src.length).split('/')
  if (second === undefined) return 'entry points'
  if (first === 'engine' && third !== undefined) return `engine/${second}`
  if (first !== 'store') return first ?? ''
  if (third === undefined) return 'port'
  return fourth === undefined ? `store/${second}` : `store/${second}/${third}`
}

/** Blanks out comments (and strings), keeping offsets. @param {string} text @param {boolean} strings */
function blank(text, strings) {
  const token = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*.*?\*\/|\/\/[^\n]*/gs
  return text.replace(token, (found) =>
    found.startsWith('/') || strings ? found.replace(/[^\n]/g, ' ') : found,
  )
}

/** Every specifier in a source: import and export … from, import 'x', import('x'), new URL('./x').
 * @param {string} text */
function* importsOf(text) {
  const code = blank(text, false)
  const statement =
    /^[ \t]*(import|export)\b(\s+type\b)?(?:[^'"`;=()]*?\bfrom)?\s*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]|\bnew URL\(\s*['"](\.[^'"\n]+)['"]/gm
  for (const match of code.matchAll(statement)) {
    yield {
      specifier: match[3] ?? match[4] ?? match[5] ?? '',
      typeOnly: match[2] !== undefined,
      line: lineOf(code, match.index + match[0].length),
    }
  }
}

/** @param {string} text @param {number} offset */
const lineOf = (text, offset) => text.slice(0, offset).split('\n').length

/** Why this import is not allowed; undefined if it is.
 * @param {string} file @param {string} specifier @param {boolean} typeOnly */
function refusal(file, specifier, typeOnly) {
  const layer = layerOf(file)
  const inLibrary = file.startsWith(src)
  const relative = specifier.startsWith('.')
  const target = relative ? join(dirname(file), specifier) : specifier
  const targetLayer = relative && target.startsWith(src) ? layerOf(target) : undefined

  if (layer !== 'testing' && layer !== 'bench') {
    if (targetLayer === 'testing' || specifier === 'holdfast/testing') return 'testing is for tests'
  }
  if (!inLibrary) {
    if (
      layer === 'packages/console' &&
      !typeOnly &&
      /^holdfast(?!\/(client|model)\b)/.test(specifier)
    )
      return 'the console takes types, the model and the client from the library'
    const foreign = relative && target.startsWith('packages/') && layerOf(target) !== layer
    // The benches use the tests' PostgreSQL.
    if (layer === 'bench' && target.startsWith('packages/holdfast/test/')) return undefined
    return foreign ? 'import another package by its public name' : undefined
  }
  if (/^(holdfast|@holdfast)\b/.test(specifier))
    return 'the library imports itself by relative paths'
  if (PURE.includes(layer) && !relative)
    return `${layer} runs without Node and without dependencies`
  if ((layer === 'client' || layer === 'sql') && !relative)
    return `${layer} runs without Node and without dependencies`
  if (!relative) return undefined

  const allowed = mayImport[layer]
  if (allowed && !(targetLayer && allowed.includes(targetLayer))) {
    return `${layer} may import ${allowed.join(', ')}`
  }
  if (layer === 'client' && targetLayer === 'engine' && !typeOnly)
    return 'client takes only types from the engine'
  return undefined
}

const files = globSync(['packages/*/src/**/*.{ts,tsx}', 'bench/**/*.ts', 'examples/**/*.ts'], {
  cwd: root,
  exclude: (path) => /node_modules|\.test\.tsx?$/.test(path),
}).map((file) => file.replaceAll('\\', '/'))

/** @type {string[]} */
const offences = []
/** The imported files of each file. @type {Map<string, Set<string>>} */
const imports = new Map()
const known = new Set(files)
for (const file of files.toSorted()) {
  const text = readFileSync(join(root, file), 'utf8')
  /** @type {Set<string>} */
  const targets = new Set()
  for (const { specifier, typeOnly, line } of importsOf(text)) {
    const why = refusal(file, specifier, typeOnly)
    if (why) offences.push(`${file}:${line}  '${specifier}': ${why}`)
    const target = join(dirname(file), specifier).replaceAll('\\', '/')
    if (specifier.startsWith('.') && known.has(target)) targets.add(target)
  }
  imports.set(file, targets)
  if (!PURE.includes(layerOf(file)) || file === SPEAKS_OF_PROMISES) continue
  const code = blank(text, true)
  for (const { 0: word, index } of code.matchAll(/\b(?:async|await|Promise)\b/g)) {
    offences.push(`${file}:${lineOf(code, index)}  '${word}': ${layerOf(file)} never waits`)
  }
}

/** A circle of imports, type imports included; undefined if there is none. */
function circle() {
  const done = new Set()
  /** @param {string} file @param {string[]} path @returns {string[] | undefined} */
  const walk = (file, path) => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const target of imports.get(file) ?? []) {
      const found = walk(target, [...path, file])
      if (found) return found
    }
    done.add(file)
    return undefined
  }
  for (const file of files) {
    const found = walk(file, [])
    if (found) return found
  }
  return undefined
}

const found = circle()
if (found) offences.push(`a circle of imports:\n  ${found.join('\n  ')}`)
for (const offence of offences) console.error(offence)
console.log(`${files.length} files, ${offences.length} imports across layers or in circles`)
process.exitCode = offences.length > 0 ? 1 : 0
