import { number } from '../text/numbers.ts'
import type { FieldSpec } from './field.tsx'

export interface Refusal {
  /** The field it concerns; null for the form as a whole. */
  readonly field: string | null
  readonly message: string
}

type Details = Readonly<Record<string, unknown>>

/** The fields that a code concerns, the likeliest first; `details.field` is more exact. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  INSUFFICIENT_STOCK: ['qty', 'onHand', 'toWarehouseId'],
  CAPACITY_EXCEEDED: ['qty', 'onHand'],
  INVALID_QTY: ['qty', 'onHand'],
  WAREHOUSE_NOT_FOUND: ['warehouseId', 'toWarehouseId', 'fromWarehouseId'],
  WAREHOUSE_NOT_SELLING: ['toWarehouseId', 'warehouseId'],
}

const AMOUNTS: ReadonlySet<string> = new Set(['qty', 'onHand', 'unsellable', 'ttlMs'])

/** Why a command was refused, in the reader's words, at the field where it can be fixed. */
export function refusalAt(error: unknown, fields: readonly FieldSpec[]): Refusal {
  const { code = '', details = {} } = error as { code?: string; details?: Details }
  const has = (name: unknown): name is string => fields.some((field) => field.name === name)
  const { field } = details
  const named = has(field) ? field : (ABOUT[code]?.find(has) ?? null)
  const label = fields.find(({ name }) => name === named)?.label
  const words = inFigures(inWords(code, details, error as Error), named)
  // Replaces the service's name of the field by its label.
  return { field: named, message: label === undefined ? words : words.replace(asIn(named!), label) }
}

const MINUTE_MS = 60_000

/** Limits as people write them; those of a time in minutes, as in the form. */
function inFigures(words: string, field: string | null): string {
  if (field === null || !AMOUNTS.has(field)) return words
  return words.replace(/\d{4,}/g, (digits) =>
    number(Number(digits) / (field === 'ttlMs' ? MINUTE_MS : 1)),
  )
}

function asIn(name: string): RegExp {
  return new RegExp(`^${name}(?= )`, 'i')
}

function inWords(code: string, details: Details, error: Error): string {
  const figure = (name: string): string => {
    const value = details[name]
    return typeof value === 'number' ? value.toLocaleString() : '?'
  }
  switch (code) {
    case 'INSUFFICIENT_STOCK':
      return tooFew(details, figure)
    case 'INVALID_QTY':
      return typeof details['open'] === 'number'
        ? `Only ${figure('open')} still open.`
        : sentence(error.message)
    case 'CAPACITY_EXCEEDED':
      return capacity(details, error)
    case 'WAREHOUSE_NOT_FOUND':
      return 'There is no such warehouse.'
    case 'WAREHOUSE_NOT_SELLING':
      return 'This warehouse does not sell.'
    case 'WAREHOUSE_IN_USE':
      return `It is not empty: ${figure('onHand')} on hand.`
    case 'STOCK_CHANGED':
      return `The counts have changed: ${figure('onHand')} on hand now.`
    case 'RESERVATION_NOT_FOUND':
      return 'This reservation no longer exists.'
    case 'INVALID_RESERVATION_STATE':
      return details['replacedBy'] === undefined
        ? `Not possible any more: it is ${state(details)} now.`
        : 'Not possible any more: another one has come in its place.'
    case 'INVALID_TRANSFER_STATE':
      return `It has already been decided: it is ${state(details)}.`
    case 'FORBIDDEN':
      return 'Your token may not do this. Ask for one with the role operator.'
    case 'STORE_READ_ONLY':
      return 'The store refuses writes at the moment. The service’s log says why.'
    // Without a code there was no answer.
    case '':
    case 'COMMIT_UNKNOWN':
    case 'STORE_UNAVAILABLE':
      return 'The service did not answer, so it may have been done. Try again: it will not be done twice.'
    default:
      return sentence(error.message)
  }
}

function tooFew(details: Details, figure: (name: string) => string): string {
  if (details['reserved'] !== undefined) {
    const aside = details['unsellable']
    const more = typeof aside === 'number' && aside > 0 ? ` and ${number(aside)} unsellable` : ''
    const reserved = `${figure('reserved')} reserved${more}`
    if (details['expected'] === undefined) return `${reserved}: a count cannot be less.`
    return `Only ${figure('onHand')} on hand now, where ${figure('expected')} were expected: ${reserved}.`
  }
  if (details['unsellable'] !== undefined) return `Only ${figure('unsellable')} unsellable.`
  return `Only ${figure('available')} available.${inTheWay(details)}`
}

/** The most reservations that a refusal names. */
const NAMED = 10

/** The reservations that could be given up for it. */
function inTheWay({ reservations, heldByOwner }: Details): string {
  if (typeof heldByOwner === 'number')
    return ` The same owner holds ${number(heldByOwner)} already.`
  if (!Array.isArray(reservations) || reservations.length === 0) return ''
  const units = (reservations as { qty: number }[]).reduce((sum, { qty }) => sum + qty, 0)
  const most = reservations.length < NAMED ? '' : 'At least '
  return ` ${most}${number(units)} ${units === 1 ? 'is' : 'are'} held or sold.`
}

function capacity(details: Details, error: Error): string {
  const { capacity: most, onHand } = details
  if (typeof most !== 'number' || typeof onHand !== 'number') return sentence(error.message)
  return `The warehouse has room for ${Math.max(0, most - onHand).toLocaleString()} more.`
}

function state(details: Details): string {
  const { status } = details
  return typeof status === 'string' ? status.toLowerCase().replaceAll('_', ' ') : 'in another state'
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
