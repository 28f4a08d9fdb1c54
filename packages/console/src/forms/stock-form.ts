import type { CommandForm, Values } from './command-form.ts'
import type { FieldSpec } from './field.tsx'
import { warehouseField } from './warehouse-field.ts'
import { productOf } from './written.ts'

/** What is known when a form is opened. */
export interface Known {
  readonly productId: string
  readonly warehouseId: string | undefined
}

export interface StockForm {
  readonly label: string
  readonly form: (known: Known) => CommandForm
}

export function product({ productId }: Known): FieldSpec {
  return { name: 'productId', label: 'Product', kind: 'product', initial: productId }
}

/** A product that need not exist: the command creates it. */
export function newProduct(known: Known): FieldSpec {
  return { ...product(known), mayBeNew: true }
}

export function units(): FieldSpec {
  return { name: 'qty', label: 'Units', kind: 'quantity' }
}

/** How many units, where, and why; with `isOptional` the reason is optional. */
export function unitsAndWhy(known: Known, isOptional = false): FieldSpec[] {
  const why: FieldSpec = isOptional
    ? { name: 'reason', label: 'Why (if you like)', kind: 'text' }
    : { name: 'reason', label: 'Why', kind: 'text', initial: 'DAMAGED' }
  return [product(known), warehouseField({ first: known.warehouseId }), units(), why]
}

export function place(values: Values): { productId: string; warehouseId: string } {
  return { productId: productOf(values), warehouseId: values['warehouseId'] ?? '' }
}
