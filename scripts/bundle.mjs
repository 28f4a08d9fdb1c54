import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { build } from 'rolldown'

/**
 * Merges the modules of a built package into few files: hundreds of small ones take Node several times as long to load.
 * What others import keeps its place, and what several of those share is in `shared/`. Returns the files by path, below
 * the folder of the built package.
 * @param {string} dist The folder.
 * @param {readonly string[]} entries What others import, and what is run, below the folder.
 * @returns {Promise<Map<string, string | Uint8Array>>}
 */
export async function bundle(dist, entries) {
  const { output } = await build({
    input: Object.fromEntries(
      entries.map((entry) => [entry.replace(/\.js$/, ''), join(dist, entry)]),
    ),
    platform: 'node',
    external: /^[^./]/,
    plugins: [besideCode(dist)],
    output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js', comments: true },
    write: false,
  })
  return new Map(output.map((one) => [one.fileName, one.type === 'chunk' ? one.code : one.source]))
}

/**
 * Files that code finds beside itself by `new URL('./file', import.meta.url)`: they keep their places, and the code gets
 * their addresses as seen from the file that it is in now.
 * @param {string} dist
 * @returns {import('rolldown').Plugin}
 */
function besideCode(dist) {
  return {
    name: 'beside-code',
    transform(code, id) {
      return code.replace(
        /new URL\((['"])(\.[^'"]+)\1, import\.meta\.url\)/g,
        (_, _quote, /** @type {string} */ path) => {
          const file = resolve(dirname(id), path)
          const fileName = relative(dist, file)
          const beside = file.endsWith('.js')
            ? this.emitFile({ type: 'chunk', id: file, fileName })
            : this.emitFile({ type: 'asset', source: readFileSync(file), fileName })
          return `new URL(import.meta.ROLLUP_FILE_URL_${beside})`
        },
      )
    },
  }
}
