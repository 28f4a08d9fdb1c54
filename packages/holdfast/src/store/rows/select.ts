/** A row: its values in the order in which they were selected. */
export type Row = readonly unknown[]

/** What is selected: the SQL of each value, by the name that it has here. */
export type Columns<Name extends string = string> = Readonly<Record<Name, string>>

/** Columns of a table that are called as here, but in snake_case. */
export function columnsOf<Name extends string>(table: string, ...names: Name[]): Columns<Name> {
  const sql = (name: Name): string =>
    `${table}.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
  return Object.fromEntries(names.map((name) => [name, sql(name)])) as Columns<Name>
}

export function selectList(columns: Columns): string {
  return Object.values(columns).join(', ')
}

/** Where each name stands in a list; so a value is read by its name, and costs what an index costs. */
export function offsetsIn<Name extends string>(
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, offset) => [name, offset])) as Record<Name, number>
}

export function offsetsOf<Name extends string>(
  columns: Columns<Name>,
): Readonly<Record<Name, number>> {
  return offsetsIn(Object.keys(columns) as Name[])
}
