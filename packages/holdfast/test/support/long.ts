/**
 * Whether tests run with their long setting: `npm test -- --long`. By default a test does only as much as it needs to
 * turn red when a bug is planted.
 */
export const LONG = process.env['HOLDFAST_LONG_TESTS'] === 'true'
