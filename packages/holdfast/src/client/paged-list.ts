import type { ListPage } from '../engine/inventory.ts'

/** A page, and all pages behind it: `await` answers the first, `for await` goes through every item. */
export type PagedList<T> = Promise<ListPage<T>> & AsyncIterable<T>

/** @param open asks for the page that a cursor opens, the first one without */
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
