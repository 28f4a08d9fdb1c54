const LENGTHS: ReadonlySet<number> = new Set([8, 12, 13, 14])

/** Whether a text is a GTIN (EAN-8, UPC-A, EAN-13, ITF-14): digits with a valid check digit. */
export function isBarcode(text: string): boolean {
  if (!LENGTHS.has(text.length) || !/^\d+$/.test(text)) return false
  let sum = 0
  for (let index = 0; index < text.length; index++) {
    const fromRight = text.length - 1 - index
    sum += Number(text[index]) * (fromRight % 2 === 1 ? 3 : 1)
  }
  return sum % 10 === 0
}
