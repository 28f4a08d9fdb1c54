/** What `replay --json` prints, as far as the tests look at it. */
export interface Printed {
  readonly lines: Readonly<Record<string, number>>
  readonly orders: Readonly<Record<string, number>>
  readonly writeOffs: Readonly<Record<string, number>>
  readonly moved: Readonly<Record<string, { readonly entries: number; readonly units: number }>>
  readonly refusals: Readonly<Record<string, number>>
  readonly skipped: Readonly<Record<string, number>>
  readonly malformed: readonly { readonly line: number; readonly problem: string }[]
  readonly stock: Readonly<Record<string, number>>
  readonly checks: readonly { readonly what: string; readonly ok: boolean }[]
  readonly addsUp: boolean
  readonly verdict: { readonly ok: boolean; readonly seq: number }
  readonly run: { readonly operations: number; readonly continued: boolean }
}

/** What must come out the same however often a replay was interrupted. */
export function lasting(printed: Printed): object {
  const { ok, seq } = printed.verdict
  return { ...printed, run: null, verdict: { ok, seq } }
}
