import type { Commit, Needs, StateRows } from './store.ts'

export const NO_NEEDS: Needs = {
  levels: [],
  reservations: [],
  transfers: [],
  holds: [],
  claims: [],
  holders: [],
  keys: [],
  keyScopes: [],
  documents: [],
}

export const NO_ROWS: StateRows = {
  levels: [],
  reservations: [],
  reservationLevelKeys: [],
  reservationsBehind: [],
  hasRare: false,
  transfers: [],
  warehouses: [],
}

/** What a commit holds besides its head and its body. */
export const NO_CHANGES: Omit<Commit, 'before' | 'head' | 'batchId' | 'body'> = {
  ...NO_ROWS,
  texts: null,
  keys: [],
  replacedKeys: new Set(),
  documents: [],
  forgotten: 0,
  carried: [],
}
