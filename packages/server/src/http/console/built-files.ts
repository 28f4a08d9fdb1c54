import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface BuiltFile {
  readonly type: string
  readonly bytes: Buffer
  /** Made when it is first asked for. */
  readonly gzipped: Buffer
  readonly etag: string
}

/** In a checkout beside this package, else in it. */
const PACKAGE = dirname(fileURLToPath(import.meta.resolve('@holdfast/server/package.json')))
const FOLDER = resolve(
  PACKAGE,
  import.meta.url.endsWith('.ts') ? '../console/dist' : 'dist/console',
)

/**
 * The console's page, script and style by path. They are read once: no request reaches the disk, so none can read
 * another file. Empty if the console was not built.
 */
export function builtFiles(folder: string = FOLDER): ReadonlyMap<string, BuiltFile> {
  const files = new Map<string, BuiltFile>()
  if (!existsSync(folder)) return files
  for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(found.name)]
    if (!found.isFile() || type === undefined) continue
    const path = join(found.parentPath, found.name)
    const bytes = readFileSync(path)
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    const name = path.slice(folder.length + 1).replaceAll('\\', '/')
    let gzipped: Buffer | null = null
    files.set(name, {
      ...{ type, bytes, etag },
      get gzipped() {
        return (gzipped ??= gzipSync(bytes, { level: 9 }))
      },
    })
  }
  return files
}
