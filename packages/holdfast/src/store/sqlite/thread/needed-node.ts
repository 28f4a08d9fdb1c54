import { OperationalError } from '../../../model/operational-error.ts'

/** The oldest Node.js of each line whose SQLite binds `?1` as we write it: the package's `engines`. */
const OLDEST = new Map([
  [22, 20],
  [24, 8],
])

/** @throws OperationalError if this Node.js is too old; other runtimes are taken at their word */
export function checkNode({ node, bun, deno }: NodeJS.ProcessVersions = process.versions): void {
  if (bun !== undefined || deno !== undefined) return
  const [major = 0, minor = 0] = node.split('.').map(Number)
  if (major > 24 || minor >= (OLDEST.get(major) ?? Infinity)) return
  throw new OperationalError('STORE_UNAVAILABLE', `Node.js is too old: ${neededNode()}`)
}

export function neededNode(): string {
  return `a store in SQLite needs Node.js 22.20 or newer, or 24.8 or newer; this is ${process.versions.node} (${process.execPath})`
}
