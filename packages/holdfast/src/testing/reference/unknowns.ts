/**
 * Ids that the model cannot know: groups that a list or a split makes, and records of a list that was
 * refused. It calls them by names of its own; each is learnt where the real inventory first says it, and
 * stands for that one from then on.
 */
export class Unknowns {
  readonly #real = new Map<string, string>()

  /** What the model says, with the real ids in it; `beside` is what the real inventory says. */
  resolve(said: unknown, beside: unknown, isRefusal = false): unknown {
    if (typeof said === 'string') return this.#id(said, beside, isRefusal)
    if (typeof said !== 'object' || said === null) return said
    const real = (typeof beside === 'object' ? beside : null) as Record<string, unknown> | null
    if (Array.isArray(said))
      return said.map((one, index) => this.resolve(one, real?.[index], isRefusal))
    return Object.fromEntries(
      Object.entries(said).map(([name, one]) => [name, this.resolve(one, real?.[name], isRefusal)]),
    )
  }

  #id(said: string, beside: unknown, isRefusal: boolean): string {
    // A record that came to be has the id that the real inventory gave it.
    if (!said.startsWith('?group ') && !(isRefusal && said.startsWith('?record '))) return said
    const known = this.#real.get(said)
    if (known !== undefined) return known
    if (typeof beside !== 'string' || beside === '') return said
    for (const taken of this.#real.values()) if (taken === beside) return said
    this.#real.set(said, beside)
    return beside
  }
}
