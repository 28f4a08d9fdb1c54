import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/**
 * The arguments of a script. Its first comment describes what it does and takes. `--help` prints that comment, and so
 * does an unknown argument.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} Options
 * @param {string} file the script's own, `import.meta.filename`
 * @param {Options} options
 */
export function scriptArguments(file, options, allowPositionals = false) {
  if (process.argv.includes('--help')) {
    console.log(firstComment(file))
    process.exit()
  }
  try {
    return parseArgs({ options, allowPositionals })
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${firstComment(file)}`)
    process.exit(2)
  }
}

/** @param {string} file */
function firstComment(file) {
  const lines = readFileSync(file, 'utf8').split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n')
}
