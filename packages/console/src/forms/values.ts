/** The texts in the fields of a form, by field name. */
export type Values = Readonly<Record<string, string>>
