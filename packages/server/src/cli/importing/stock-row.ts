import { LIMITS } from 'holdfast'
import { originalText } from 'holdfast/model'
import type { Columns, Wanted } from '../input/csv-file.ts'
import type { CsvRecord } from '../input/csv-records.ts'
import { flawOf } from '../input/id-flaw.ts'

export type Name = 'warehouseId' | 'productId' | 'qty' | 'unsellable' | 'held' | 'allocated'

function withQuantity(name: string): string[] {
  return ['quantity', 'qty'].flatMap((unit) => [`${name} ${unit}`, `${unit} ${name}`])
}

export const COLUMNS: Wanted<Name> = {
  must: ['warehouseId', 'productId', 'qty'],
  may: ['unsellable', 'held', 'allocated'],
  or: {
    warehouseId: ['warehouse', 'warehouse code', 'location id', 'location code', 'location'],
    productId: ['SKU', 'variant SKU', 'product code', 'item id', 'item code', 'product', 'item'],
    qty: ['quantity', 'on hand', 'qty on hand', 'quantity on hand', 'units', 'stock', 'available'],
    unsellable: [],
    held: ['reserved', ...withQuantity('reserved'), 'on hold'],
    allocated: ['committed', ...withQuantity('committed'), ...withQuantity('allocated')],
  },
  // Read as stock, requests and units that left would count as units that came.
  not: {
    columns: ['seq', 'fromWarehouseId', 'toWarehouseId', 'reservationId', 'transferId'],
    because: 'lists what happened, not what is there',
    hint: 'Save the stock instead, as holdfast export stock does. If it is stock, delete\nthat column.',
  },
}

export interface StockRow {
  readonly line: number
  readonly warehouseId: string
  readonly productId: string
  readonly qty: number
  /** How many of `qty` may not be sold; null if the table does not say. */
  readonly unsellable: number | null
  /** How many of `qty` are held or sold where the table comes from. */
  readonly reserved: number
}

export interface BadRow {
  readonly line: number
  readonly problem: string
}

/** A row of stock, or what is wrong with it. */
export function stockRow(record: CsvRecord, columns: Columns<Name>): StockRow | BadRow {
  const { line } = record
  if ('problem' in record) return record
  const field = (name: Name): string => record.fields[columns[name]]!
  const warehouseId = originalText(field('warehouseId'))
  const productId = originalText(field('productId'))
  const qty = field('qty').trim()
  const unsellable = columns.unsellable < 0 ? null : field('unsellable').trim()
  const reservedAs = (name: 'held' | 'allocated'): string =>
    columns[name] < 0 ? '0' : field(name).trim() || '0'
  const [held, allocated] = [reservedAs('held'), reservedAs('allocated')]
  const problem =
    badId('warehouseId', warehouseId) ??
    badId('productId', productId) ??
    badUnits('qty', qty, LIMITS.qty) ??
    (unsellable === null ? null : badUnits('unsellable', unsellable, Number(qty))) ??
    badUnits('held', held, LIMITS.qty) ??
    badUnits('allocated', allocated, LIMITS.qty)
  if (problem !== null) return { line, problem }
  const aside = unsellable === null ? null : Number(unsellable)
  // Other programs may have sold more than there is.
  const reserved = Math.min(Number(held) + Number(allocated), Number(qty) - (aside ?? 0))
  return { line, warehouseId, productId, qty: Number(qty), unsellable: aside, reserved }
}

/** How spreadsheets show numbers of more than eleven digits, barcodes among them. */
const SHORTENED = /^\d(?:[.,]\d+)?E\+\d+$/i

/** #N/A, in German #NV, #REF!, #NAME?, #DIV/0! and the like in any language. */
const ERROR = /^#(?:N\/A|NV|\S+[!?])$/
const TOO_NARROW = /^#{3,}$/
/** A code of at least four digits; a shorter number may be a size or a version. */
const CODE_WITH_DECIMALS = /^\d{4,}[.,]0+$/

function badId(name: Name, text: string): string | null {
  const flaw = flawOf(text, name)
  if (flaw !== null) return text.includes('\ufffd') ? `${flaw}; save the file as CSV UTF-8` : flaw
  if (SHORTENED.test(text))
    return `${name} ${text} is a number that a spreadsheet shortened; format the column as a number without decimals, and save the CSV again`
  if (ERROR.test(text))
    return `${name} ${text} is an error of the spreadsheet; correct the cell, and save the CSV again`
  if (TOO_NARROW.test(text))
    return `${name} ${text} is what a spreadsheet shows if a column is too narrow; make it wider, and save the CSV again`
  if (CODE_WITH_DECIMALS.test(text))
    return `${name} ${text} has decimals; write ${text.split(/[.,]/)[0]}, or format the column as a number without decimals, and save the CSV again`
  return null
}

/** Digits in groups of three, as people write 1,200. */
const GROUPED = /^[1-9]\d{0,2}(?:[.,'’\s]\d{3})+$/
const WITH_DECIMALS = /^\d+[.,]0*$/

function badUnits(name: string, text: string, most: number): string | null {
  if (/^\d{1,13}$/.test(text) && Number(text) <= most) return null
  const problem = `${name} ${JSON.stringify(text)} is no whole number from 0 to ${most}`
  const together = text.replaceAll(/\D/g, '')
  const whole = Number.parseInt(text, 10)
  const [isGrouped, hasDecimals] = [GROUPED.test(text), WITH_DECIMALS.test(text)]
  // A database writes five with three decimals as a person writes five thousand.
  if (isGrouped && hasDecimals)
    return `${problem}; write ${whole} if these are decimals, ${together} if these are thousands`
  if (isGrouped) return `${problem}; write ${together} without thousands separators`
  return hasDecimals ? `${problem}; write ${whole} without decimals` : problem
}
