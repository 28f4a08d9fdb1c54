const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const SIGNED = new Intl.NumberFormat(undefined, { signDisplay: 'exceptZero' })

/** 12,345 in the reader's format. */
export function number(value: number): string {
  return WHOLE.format(value)
}

/** +3, −3, 0. */
export function signed(value: number): string {
  return SIGNED.format(value)
}

/** 1 unit, 2 units. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`
}
