/** 2026-11-23T09:33:12Z: a second is as exact as a table needs to be; --json has the milliseconds. */
export function isoTime(ms: number | null): string {
  if (ms === null) return '-'
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().replace(/\.\d+Z$/, 'Z')
}
