type Changing<Of> = { -readonly [Field in keyof Of]: Of[Field] }

/**
 * A constructor of objects like those of a literal: `fill` sets their fields. Once most of what a literal makes outlives
 * a collection, V8 makes all of it in the old generation. So it was with everything that waits for a commit: 0.9 of
 * 1.5 KB a command, found dead only seconds later, for a tenth of the throughput. A constructor's objects begin young.
 */
export function plain<Args extends readonly unknown[], Of extends object>(
  fill: (this: Changing<Of>, ...args: Args) => void,
): new (...args: Args) => Of {
  fill.prototype = Object.prototype
  return fill as unknown as new (...args: Args) => Of
}
