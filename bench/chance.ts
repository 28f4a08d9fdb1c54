/** Numbers below `limit` that look random and are the same in every run: xorshift32. */
export function chances(count: number, limit: number, seed = 0x9e3779b9): Int32Array {
  const numbers = new Int32Array(count)
  let state = seed
  for (let index = 0; index < count; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    numbers[index] = (state >>> 0) % limit
  }
  return numbers
}
