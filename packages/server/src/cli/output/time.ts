/** Like 2026-11-23T09:33:12Z. Tables have seconds, --json has milliseconds. */
export function isoTime(ms: number | null): string {
  if (ms === null) return '-'
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().replace(/\.\d+Z$/, 'Z')
}
