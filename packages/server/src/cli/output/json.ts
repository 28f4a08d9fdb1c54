// JSON does not escape these, and a terminal would obey them.
const RAW = /[\u007f-\u009f\u2028\u2029]/g

/** One line of JSON. */
export function json(value: unknown): string {
  return JSON.stringify(value).replace(
    RAW,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
