const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** In the reader's zone: the time of what happened today, with its date before that. */
export function moment(ms: number): string {
  const isToday = new Date(ms).toDateString() === new Date().toDateString()
  return (isToday ? TIME : DATE_TIME).format(ms)
}

/** With its zone, for whoever wants to know exactly. */
export function exactly(ms: number): string {
  return FULL.format(ms)
}
