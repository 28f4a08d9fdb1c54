/** Its constructor returns the given object, so that a subclass can add a private field to it. */
class Given {
  readonly isGiven: undefined

  constructor(record: object) {
    return record as Given
  }
}

/**
 * The `seq` of the newest entry of a reservation or transfer. It is private to this file: it is not among the record's
 * keys, and a copy does not have it. 40 ns a record.
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

/** Sets the newest entry of a record. Call it before freezing the record. */
export function stampEntry<Record extends object>(record: Record, seq: number): Record {
  return Stamp.set(record, seq)
}

/** 0 if the record has no entry. */
export function newestEntry(record: object): number {
  return Stamp.get(record)
}
