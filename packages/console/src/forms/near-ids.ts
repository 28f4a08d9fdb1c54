/** The most typing errors in a near id. */
const MOST_ERRORS = 2

/** The known ids most likely to be meant, nearest first: up to `most` of them. */
export function nearIds(id: string, known: Iterable<string>, most: number): string[] {
  const wanted = id.toLowerCase()
  // In a very short id, two errors leave nothing of it.
  const limit = Math.min(MOST_ERRORS, Math.floor(wanted.length / 3))
  const found: { readonly id: string; readonly errors: number }[] = []
  for (const one of known) {
    if (Math.abs(one.length - wanted.length) > limit) continue
    const errors = errorsBetween(wanted, one.toLowerCase(), limit)
    if (errors <= limit) found.push({ id: one, errors })
  }
  return found
    .sort((a, b) => a.errors - b.errors || (a.id < b.id ? -1 : 1))
    .slice(0, most)
    .map((one) => one.id)
}

/**
 * Characters that are wrong, missing, superfluous, or swapped with their neighbour (optimal string alignment). Above
 * `limit` the result is only known to be above it.
 */
function errorsBetween(a: string, b: string, limit: number): number {
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from++
  let endA = a.length
  let endB = b.length
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const width = endB - from
  let before: number[] = []
  let last = Array.from({ length: width + 1 }, (_, column) => column)
  for (let i = 1; i <= endA - from; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= width; j++) {
      const [ofA, ofB] = [a[from + i - 1], b[from + j - 1]]
      let errors = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (ofA === ofB ? 0 : 1))
      const isSwapped = i > 1 && j > 1 && ofA === b[from + j - 2] && a[from + i - 2] === ofB
      if (isSwapped) errors = Math.min(errors, before[j - 2]! + 1)
      row.push(errors)
      least = Math.min(least, errors)
    }
    // A swap refers to the row before the last, and adds one.
    if (least > limit && Math.min(...last) >= limit) return limit + 1
    before = last
    last = row
  }
  return last[width]!
}
