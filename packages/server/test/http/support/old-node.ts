import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** A Node of this machine that is too old to run the sources, and starts the checkout's own; null where there is none. */
export function oldNode(): string | null {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = join(folder, name)
    const { status, stdout } = spawnSync(node, ['-p', 'process.versions.node'], {
      encoding: 'utf8',
    })
    if (status !== 0) continue
    const [major = 0, minor = 0] = stdout.split('.').map(Number)
    if (major < 24 || (major === 24 && minor < 15)) return node
  }
  return null
}
