import type { Option } from 'commander'
import { kebab, type Field } from 'holdfast/model'
import { optional, repeatable, required } from '../verb.ts'
import { duration } from './duration.ts'
import { holder } from './holder.ts'
import { moment } from './moment.ts'
import { textPairs } from './pairs.ts'
import { pointInTime } from './point-in-time.ts'
import { reference, referenceText } from './reference.ts'
import { wholeNumber } from './whole-number.ts'

const READERS = {
  whole: wholeNumber,
  duration,
  moment,
  time: pointInTime,
  reference,
  referenceText,
  holder,
}
const HOW: Readonly<Record<keyof typeof READERS, string>> = {
  whole: '',
  duration: '; or like 30s, 15m, 2h, 7d',
  moment: '; a time is milliseconds, or like 2026-11-23T09:30:00Z',
  time: ': milliseconds, or like 2026-11-23T09:30:00Z',
  reference: '',
  referenceText: '',
  holder: '',
}

/** The flag of a field: `ttlMs` is `--ttl-ms`. A new one at each call, because commander keeps state in it. */
export function fieldFlag(name: string, field: Field): Option {
  const { letter, value, reads, choices } = field.flag
  const short = letter === undefined ? '' : `-${letter}, `
  const shape = `${short}--${kebab(name)}${value === null ? '' : ` ${value}`}`
  if (reads === 'pairs') return repeatable(shape, field.words, textPairs)
  const words = field.words + (reads === undefined ? '' : HOW[reads])
  const flag = field.optional ? optional(shape, words) : required(shape, words)
  if (reads !== undefined) flag.argParser<unknown>(READERS[reads] as (text: string) => unknown)
  if (choices !== undefined) flag.choices(choices)
  return flag
}

/** A flag for each field, in their order. */
export function fieldFlags(fields: Readonly<Record<string, Field>>): Option[] {
  return Object.entries(fields).map(([name, field]) => fieldFlag(name, field))
}
