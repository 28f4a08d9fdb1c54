// Tries the files of deploy/ with the real programs. Reports what a missing program prevents.
//   npm run stress -- deploy                 everything
//   npm run stress -- deploy image           the steps of the Dockerfile, in an empty folder, without Docker
//   npm run stress -- deploy systemd         systemd-analyze on the unit
//   npm run stress -- deploy nginx           requests and streams through nginx
//   npm run stress -- deploy prometheus      rules, and every query of alerts and dashboard
// On Debian: apt-get install nginx-light prometheus systemd
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tryImage } from './deploy/image.mjs'
import { tryNginx } from './deploy/nginx.mjs'
import { tryPrometheus } from './deploy/prometheus.mjs'
import { trySystemd } from './deploy/systemd.mjs'
import { scriptArguments } from './script-arguments.mjs'

/** @type {Readonly<Record<string, (folder: string) => Promise<string>>>} */
const TRIES = {
  image: tryImage,
  systemd: trySystemd,
  nginx: tryNginx,
  prometheus: tryPrometheus,
}

const { positionals } = scriptArguments(import.meta.filename, {}, true)
/** @type {readonly string[]} */
const chosen = positionals
for (const [name, attempt] of Object.entries(TRIES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`))
  try {
    console.log(`${name}: ${await attempt(folder)}`)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: failed`, error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
