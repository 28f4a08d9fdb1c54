// Builds the packages to their dist/: all of them, or the named ones.
//   npm run build
//   node scripts/build.mjs holdfast
//   node scripts/build.mjs console        only the page, in a second
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { buildConsole } from './build-console.mjs'
import { bundle } from './bundle.mjs'

const root = resolve(import.meta.dirname, '..')
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const named = process.argv.slice(2)

const page = join(root, 'packages/console/dist')

// In this order: the server is built against the library's dist, like a user's program, and includes the console's
// page.
for (const name of named.length > 0 ? named : ['holdfast', 'console', 'server']) {
  const folder = join(root, 'packages', name)
  if (name === 'console') {
    await buildConsole(folder)
    console.log('packages/console/dist')
    continue
  }
  rmSync(join(folder, 'dist'), { recursive: true, force: true })

  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)

  // tsc rewrites .ts to .js in the imports of its JavaScript, but not in declarations or in the address of a worker.
  const dist = join(folder, 'dist')
  for (const file of filesIn(dist, /\.(js|d\.ts)$/)) {
    const path = join(dist, file)
    const code = readFileSync(path, 'utf8')
    const built = code.replace(/(\b(?:from |import\(|new URL\()(['"])\.[^'"]+)\.ts(?=\2)/g, '$1.js')
    if (built !== code) writeFileSync(path, built)
  }
  for (const file of filesIn(join(folder, 'src'), /\.sql$/)) {
    cpSync(join(folder, 'src', file), join(dist, file))
  }
  const merged = await bundle(dist, entriesOf(folder))
  for (const file of filesIn(dist, /\.(js|sql)$/)) rmSync(join(dist, file))
  for (const [file, content] of merged) {
    mkdirSync(dirname(join(dist, file)), { recursive: true })
    writeFileSync(join(dist, file), content)
  }
  if (name === 'server' && existsSync(page)) {
    cpSync(page, join(dist, 'console'), { recursive: true })
  }
  console.log(`packages/${name}/dist`)
}

/** What others import from a package, and what its program runs. @param {string} folder */
function entriesOf(folder) {
  const { exports } = /** @type {{ exports: Record<string, string | { default: string }> }} */ (
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  )
  const imported = Object.values(exports).flatMap((one) =>
    typeof one === 'string' ? [] : [one.default],
  )
  const program = existsSync(join(folder, 'dist/main.js')) ? ['main.js'] : []
  return [...imported.map((path) => path.replace('./dist/', '')), ...program]
}

/** The oldest Node that builds has no `globSync`. @param {string} folder @param {RegExp} name */
function filesIn(folder, name) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    name.test(file),
  )
}
