import type { Commit, Needs } from '../store/store.ts'

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

/** What a commit holds besides its head and its body. */
export const NO_CHANGES: Omit<Commit, 'before' | 'head' | 'batchId' | 'body'> = {
  levels: [],
  reservations: [],
  reservationLevelKeys: [],
  reservationsBehind: [],
  hasRare: false,
  transfers: [],
  warehouses: [],
  texts: null,
  keys: [],
  replacedKeys: new Set(),
  documents: [],
  forgotten: 0,
  carried: [],
}
