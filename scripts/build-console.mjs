import { join } from 'node:path'
import { build } from 'vite'

/**
 * Builds the console: one page, its script and its style, with content hashes in their names. The library's client is
 * built in from its sources.
 * @param {string} folder packages/console
 */
export async function buildConsole(folder) {
  await build({
    root: folder,
    configFile: false,
    // Relative, so that a proxy can serve it under any path.
    base: './',
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(folder, 'dist'),
      emptyOutDir: true,
      target: 'es2023',
      // The page itself must have no script: its policy forbids inline scripts.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      cssCodeSplit: false,
    },
  })
}
