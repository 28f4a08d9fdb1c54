import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PLACES = [
  // A page takes a sixth of the processor time in the one without windows, and all of these tests half.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The machine's own Chromium, or the one that HOLDFAST_CHROMIUM names. */
const PATH = process.env['HOLDFAST_CHROMIUM'] ?? PLACES.find((path) => existsSync(path))

/** Why tests in a browser cannot run here, or false. In CI that is an error. */
export const NO_BROWSER =
  PATH === undefined && process.env['CI'] !== 'true'
    ? 'there is no Chromium here: install one, or name it in HOLDFAST_CHROMIUM'
    : false

export async function launch(): Promise<Browser> {
  if (PATH === undefined) throw new Error('there is no Chromium here, and CI requires these tests')
  const isRoot = process.getuid?.() === 0
  return await chromium.launch({ executablePath: PATH, args: isRoot ? ['--no-sandbox'] : [] })
}
