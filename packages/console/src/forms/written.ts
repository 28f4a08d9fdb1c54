import { model } from '../live/model.ts'
import type { Values } from './command-dialog.tsx'

/** A space that came along when it was pasted is not meant, unless there is such a product. */
export function productOf({ productId = '' }: Values): string {
  return model.levels.row(productId) === undefined ? productId.trim() : productId
}

/** What is written as it is meant: what is no whole number goes as it is, and the service says so. */
export function whole(text: string | undefined): number {
  const plain = (text ?? '').trim().replace(/\s/g, '')
  return /^-?\d+$/.test(plain) ? Number(plain) : (text as unknown as number)
}
