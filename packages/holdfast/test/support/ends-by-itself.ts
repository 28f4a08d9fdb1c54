import { equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const CHILD = join(import.meta.dirname, 'listening-child.ts')

/** A program that only listens to an open inventory ends, long before this limit. */
export async function endsByItself(...store: string[]): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=source', CHILD, ...store], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  })
  const said = text(child.stdout)
  const ended = await new Promise((resolve) =>
    child.once('exit', (code, by) => resolve(by ?? code)),
  )
  equal(ended, 0)
  match(await said, /WAREHOUSE_CHANGED/)
}
