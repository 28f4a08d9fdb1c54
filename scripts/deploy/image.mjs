import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { answers, freePort, ROOT, run, started } from './programs.mjs'

/**
 * A stage of a Dockerfile: `root` is the image's `/`.
 * @typedef {{ root: string, cwd: string, env: Record<string, string>, lists: Record<string, string[]> }} Stage
 */

/** @param {string} folder */
export async function tryImage(folder) {
  chmodSync(folder, 0o755)
  const image = built(folder)
  const { HEALTHCHECK: health = [], ENTRYPOINT: entry = [], CMD: command = [] } = image.lists
  const inImage = { cwd: image.cwd, env: { ...image.env }, ...unprivileged(image.cwd) }
  const line = (/** @type {string[]} */ ...args) => run('holdfast', args, inImage)
  run('node', ['-e', 'require("pg")'], { ...inImage, cwd: join(image.root, 'opt/holdfast') })
  line('init', '--warehouse', 'MAIN:Main')
  line('token', 'create', '--role', 'admin', '--name', 'ann')
  const port = await freePort()
  inImage.env['HOLDFAST_PORT'] = String(port)
  assert.throws(() => run(health[0] ?? '', health.slice(1), inImage), 'healthy before it runs')
  const [program = '', ...args] = [...entry, ...command]
  const served = started(program, args, inImage)
  try {
    await answers(`http://127.0.0.1:${port}/readyz`)
    run(health[0] ?? '', health.slice(1), inImage)
    const { status } = await fetch(`http://127.0.0.1:${port}/v1/stock`)
    assert.equal(status, 401)
    assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /<script/)
  } finally {
    await served.stop()
  }
  const size = run('du', ['-sm', join(image.root, 'opt')]).split('\t', 1)[0]
  return `built, served and healthy; ${size} MB beside Node`
}

/** Does what the Dockerfile says, and returns its last stage. @param {string} folder */
function built(folder) {
  /** @type {Map<string, Stage>} */
  const stages = new Map()
  /** @type {Stage} */
  let stage = { root: folder, cwd: folder, env: {}, lists: {} }
  for (const [name = '', rest = ''] of instructions(join(ROOT, 'deploy/Dockerfile'))) {
    const at = (/** @type {string} */ path) =>
      path.startsWith('/') ? join(stage.root, path) : join(stage.cwd, path)
    if (name === 'FROM') {
      const called = / AS (\S+)$/.exec(rest)?.[1] ?? `stage${stages.size}`
      const root = join(folder, called)
      stage = { root, cwd: root, env: environment(), lists: {} }
      stages.set(called, stage)
      mkdirSync(root)
    } else if (name === 'WORKDIR') {
      stage.cwd = at(rest)
      mkdirSync(stage.cwd, { recursive: true })
    } else if (name === 'COPY') {
      const words = rest.split(/\s+/)
      const from = stages.get(/--from=(\S+)/.exec(rest)?.[1] ?? '')
      const [to = '', ...sources] = words.filter((word) => !word.startsWith('--')).reverse()
      for (const source of sources) copy(source, from, at(to))
    } else if (name === 'RUN') {
      console.log(`RUN ${rest}`)
      // Maps the image's / to the folder.
      const here = rest.replace(/(?<=^|[\s"'=(])\/(?=[a-z])/g, `${stage.root}/`)
      run('sh', ['-c', here], { cwd: stage.cwd, env: stage.env })
    } else if (name === 'ENV') {
      const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(rest) ?? []
      const { PATH = '' } = stage.env
      stage.env[key] = value.replace(/^\/|(?<=:)\//, `${stage.root}/`).replace('$PATH', PATH)
    } else if (['HEALTHCHECK', 'ENTRYPOINT', 'CMD'].includes(name)) {
      stage.lists[name] = /** @type {string[]} */ (JSON.parse(rest.slice(rest.indexOf('['))))
    } else assert.ok(['USER', 'EXPOSE'].includes(name), `${name} is not known here`)
  }
  return stage
}

/**
 * Copies from another stage, or from what git would check out: everything, or a file into a folder.
 * @param {string} source @param {Stage | undefined} from @param {string} to
 */
function copy(source, from, to) {
  if (from !== undefined) {
    cpSync(join(from.root, source), to, { recursive: true, verbatimSymlinks: true })
    return
  }
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', source]
  for (const file of run('git', list).split('\0')) {
    if (file === '') continue
    const target = join(to, source === '.' ? file : basename(file))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(ROOT, file), target)
  }
}

/** This process's environment, with access to the registry and without settings. @returns {Record<string, string>} */
function environment() {
  const ours = /^(HOLDFAST_|PG|npm_)/
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value = '']) =>
      ours.test(key) ? [] : [[key, value]],
    ),
  )
}

/** The instructions of a Dockerfile, one line each. @param {string} path */
function instructions(path) {
  return readFileSync(path, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()])
}

/** As the image's user, if this process may switch to it. @param {string} data */
function unprivileged(data) {
  if (process.getuid?.() !== 0) return {}
  run('chown', ['1000:1000', data])
  assert.equal(statSync(data).uid, 1000)
  return { uid: 1000, gid: 1000 }
}
