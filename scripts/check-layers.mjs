// Keeps the layers apart: reads every import of the sources and prints those that reach where they
// may not (`file:line  layer: why`), then exits 1. Tests may import anything.
//
//   domain          imports only itself, and never waits
//   port            (the files directly in store/) imports domain
//   engine          imports domain, the port, itself
//   store adapters  import domain, the port, themselves; never each other
//   client          imports errors and failures, itself, and types of any; nothing of Node: it runs in a browser
//   entry points    (the files directly in src/) import all of these
//   testing         imports everything, and nobody imports testing
//   console         imports types and the client alone: it is a page
//   server, console, examples   know the library by its public names only; bench may use testing too
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const src = 'packages/holdfast/src/'

const mayImport = {
  domain: ['domain'],
  port: ['domain', 'port'],
  engine: ['domain', 'port', 'engine'],
  'store/memory': ['domain', 'port', 'store/memory'],
  'store/sqlite': ['domain', 'port', 'store/sqlite'],
  'store/postgres': ['domain', 'port', 'store/postgres'],
  client: ['domain', 'port', 'engine', 'client'],
}

/** The layer that a file (relative to the repository) belongs to. @param {string} file */
function layerOf(file) {
  if (!file.startsWith(src)) return /^packages\/\w+|^\w+/.exec(file)?.[0] ?? file
  const [first, second, third] = file.slice(src.length).split('/')
  if (second === undefined) return 'entry points'
  if (first !== 'store') return first ?? ''
  return third === undefined ? 'port' : `store/${second}`
}

/** Comments (and strings, where asked) blanked out, so that every offset stays where it was.
 * @param {string} text @param {boolean} strings */
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
    if (layer === 'packages/console' && !typeOnly && /^holdfast(?!\/client)/.test(specifier))
      return 'the console takes types and the client from the library'
    const foreign = relative && target.startsWith('packages/') && layerOf(target) !== layer
    // The PostgreSQL that the tests start is what the benches run on.
    if (layer === 'bench' && target.startsWith('packages/holdfast/test/')) return undefined
    return foreign ? 'another package goes by its public name' : undefined
  }
  if (/^(holdfast|@holdfast)\b/.test(specifier))
    return 'the library imports itself by relative paths'
  if (layer === 'domain' && !relative) return 'domain imports only itself'
  if (layer === 'client' && !relative) return 'client runs without Node and without dependencies'
  if (!relative) return undefined

  const allowed = mayImport[/** @type {keyof typeof mayImport} */ (layer)]
  if (allowed && !(targetLayer && allowed.includes(targetLayer))) {
    return `${layer} may import ${allowed.join(', ')}`
  }
  if (
    layer === 'client' &&
    targetLayer !== 'client' &&
    !typeOnly &&
    !/error|failure/.test(target)
  ) {
    return 'client takes only types, errors and failures from elsewhere'
  }
  return undefined
}

const files = globSync(['packages/*/src/**/*.{ts,tsx}', 'bench/**/*.ts', 'examples/**/*.ts'], {
  cwd: root,
  exclude: (path) => /node_modules|\.test\.tsx?$/.test(path),
}).map((file) => file.replaceAll('\\', '/'))

/** @type {string[]} */
const offences = []
for (const file of files.toSorted()) {
  const text = readFileSync(join(root, file), 'utf8')
  for (const { specifier, typeOnly, line } of importsOf(text)) {
    const why = refusal(file, specifier, typeOnly)
    if (why) offences.push(`${file}:${line}  '${specifier}': ${why}`)
  }
  if (layerOf(file) !== 'domain') continue
  const code = blank(text, true)
  for (const { 0: word, index } of code.matchAll(/\b(?:async|await|Promise)\b/g)) {
    offences.push(`${file}:${lineOf(code, index)}  '${word}': domain never waits`)
  }
}

for (const offence of offences) console.error(offence)
console.log(`${files.length} files, ${offences.length} imports across layers`)
process.exitCode = offences.length > 0 ? 1 : 0
