import type { ListPage } from '../engine/inventory.ts'

/** A page, and all pages after it: `await` gives the first page, `for await` goes through every item. */
export type PagedList<T> = Promise<ListPage<T>> & AsyncIterable<T>

/** @param open requests the page of a cursor, or the first page without one */
export function pagedList<T>(
  open: (cursor: string | undefined) => Promise<ListPage<T>>,
): PagedList<T> {
  const first = open(undefined)
  return Object.assign(first, { [Symbol.asyncIterator]: () => items(first, open) })
}

async function* items<T>(
  first: Promise<ListPage<T>>,
  open: (cursor: string) => Promise<ListPage<T>>,
): AsyncGenerator<T> {
  for (let page = await first; ; page = await open(page.cursor)) {
    yield* page.items
    if (page.cursor === null) return
  }
}
