const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const DAY_MS = 86_400_000
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** In the reader's zone: only the time if it is today, else with the date. */
export function moment(ms: number): string {
  const isToday = new Date(ms).toDateString() === new Date().toDateString()
  return (isToday ? TIME : DATE_TIME).format(ms)
}

/** With its zone, for an exact answer. */
export function exactly(ms: number): string {
  return FULL.format(ms)
}
/** The time left: 4:05, 1:02:03, 3 d 4 h. */
export function countdown(leftMs: number): string {
  if (leftMs <= 0) return '0:00'
  if (leftMs >= DAY_MS) {
    return `${Math.floor(leftMs / DAY_MS)} d ${Math.floor((leftMs % DAY_MS) / 3_600_000)} h`
  }
  const seconds = Math.ceil(leftMs / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
