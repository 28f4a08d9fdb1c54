import { join } from 'node:path'
import { build } from 'vite'

/**
 * The console: one page, its script and its style, with names that change with what is in them. The
 * library's client goes in from its sources.
 * @param {string} folder packages/console
 */
export async function buildConsole(folder) {
  await build({
    root: folder,
    configFile: false,
    // Relative, so that a proxy may serve it under a path of its own.
    base: './',
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(folder, 'dist'),
      emptyOutDir: true,
      target: 'es2023',
      // Nothing may stand in the page itself: its policy lets no inline script run.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      cssCodeSplit: false,
    },
  })
}
