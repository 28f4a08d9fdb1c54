/** Whose constructor answers the object that it was handed, so that a class can put a field into that. */
class Given {
  readonly isGiven: undefined

  constructor(record: object) {
    return record as Given
  }
}

/**
 * Of a reservation or a transfer: the `seq` of its newest entry. It stands in the record where nobody sees it who
 * is handed the record: it is no key of it, and a copy has none. 40 ns a record.
 */
class Stamp extends Given {
  #seq = 0

  static in<Record extends object>(record: Record): Record & Stamp {
    return (#seq in record ? record : new Stamp(record)) as Record & Stamp
  }

  static set<Record extends object>(record: Record, seq: number): Record {
    const stamped = Stamp.in(record)
    stamped.#seq = seq
    return stamped
  }

  static get(record: object): number {
    return #seq in record ? record.#seq : 0
  }
}

/** Says which entry made the record what it is; before it is frozen. */
export function stampEntry<Record extends object>(record: Record, seq: number): Record {
  return Stamp.set(record, seq)
}

/** 0 for a record of which no entry tells. */
export function newestEntry(record: object): number {
  return Stamp.get(record)
}
