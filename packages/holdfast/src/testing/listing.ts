import { ok } from 'node:assert/strict'
import type { ListPage } from '../engine/inventory.ts'

/** All items of a list, page by page. */
export async function everyPage<T>(
  page: (cursor: string | undefined) => Promise<ListPage<T>>,
): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | undefined; ;) {
    const { items: some, cursor: next } = await page(cursor)
    items.push(...some)
    if (next === null) return items
    ok(some.length > 0, 'a page that is not the last one is empty')
    cursor = next
  }
}

export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of iterable) items.push(item)
  return items
}
