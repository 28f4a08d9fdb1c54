/** What is written in the fields of a form, by their names. */
export type Values = Readonly<Record<string, string>>
