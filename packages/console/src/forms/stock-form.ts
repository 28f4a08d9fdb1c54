import type { CommandForm, Values } from './command-form.ts'
import type { FieldSpec } from './field.tsx'
import { productOf } from './written.ts'

/** What is known already when a form is opened. */
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

/** One that need not be there: the command makes it. */
export function newProduct(known: Known): FieldSpec {
  return { ...product(known), mayBeNew: true }
}

export function units(): FieldSpec {
  return { name: 'qty', label: 'Units', kind: 'quantity' }
}

export function place(values: Values): { productId: string; warehouseId: string } {
  return { productId: productOf(values), warehouseId: values['warehouseId'] ?? '' }
}
