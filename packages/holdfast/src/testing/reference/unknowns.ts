/**
 * Ids that the model cannot know: groups made by a list or a split, and records of a list that was refused. The model
 * uses names of its own. Each is matched with the real id where that first appears, and stands for it from then on.
 */
export class Unknowns {
  readonly #real = new Map<string, string>()

  /** The model's answer with the real ids in it; `beside` is the real inventory's answer. */
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
    // A record that was really made has the id that the real inventory gave it.
    if (!said.startsWith('?group ') && !(isRefusal && said.startsWith('?record '))) return said
    const known = this.#real.get(said)
    if (known !== undefined) return known
    if (typeof beside !== 'string' || beside === '') return said
    for (const taken of this.#real.values()) if (taken === beside) return said
    this.#real.set(said, beside)
    return beside
  }
}
