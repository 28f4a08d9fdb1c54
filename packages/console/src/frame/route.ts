import { signal } from '@preact/signals'

/** The current page, `#/product/MUG-BLUE?warehouse=SF`: an address that can be kept and shared. */
export interface Route {
  readonly page: string
  /** The part after the page's name: a product's id. */
  readonly id: string
  readonly query: URLSearchParams
}

function parse(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const [page = '', id = ''] = path.split('/')
  return {
    page: page === '' ? 'overview' : page,
    id: decoded(id),
    query: new URLSearchParams(search),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const route = signal<Route>(parse(location.hash))
addEventListener('hashchange', () => {
  route.value = parse(location.hash)
})

/** The address of a page; empty fields are left out. */
export function link(
  page: string,
  id?: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const fields = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const search = new URLSearchParams(fields).toString()
  const path = id === undefined ? page : `${page}/${encodeURIComponent(id)}`
  return `#/${path}${search === '' ? '' : `?${search}`}`
}

/** Changes the query of the page without a history entry for every letter. */
export function refine(changes: Readonly<Record<string, string | undefined>>): void {
  const { page, id, query } = route.value
  const fields = { ...Object.fromEntries(query), ...changes }
  history.replaceState(null, '', link(page, id === '' ? undefined : id, fields))
  route.value = parse(location.hash)
}
