import { join } from 'node:path'
import { missing, ROOT, run } from './programs.mjs'

/** @returns {Promise<string>} */
export async function trySystemd() {
  if (missing('systemd-analyze').length > 0) return 'skipped: there is no systemd-analyze'
  const unit = join(ROOT, 'deploy/systemd/holdfast.service')
  const verified = run('systemd-analyze', ['verify', unit])
  if (verified !== '') throw new Error(verified)
  const report = run('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit])
  return report.trim().split('\n').at(-1) ?? ''
}
