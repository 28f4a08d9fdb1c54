import { createHash, randomBytes } from 'node:crypto'
import type { Inventory, StoredDocument } from 'holdfast'

/** How often each process reads what others have written. */
const POLL_MS = 500

/** A kind of document that the service stores in the inventory. */
export interface DocumentKind<T extends { readonly id: string }> {
  /** The prefix of the documents' names; the id follows. */
  readonly prefix: string
  /** Whether it is complete. */
  readonly isWhole: (item: Readonly<Record<keyof T, unknown>>) => boolean
  /** What follows from a damaged one, for the warning. */
  readonly damaged: string
}

export interface DocumentListener<T> {
  /** Called after each read and each change, one call at a time. */
  readonly onUpdate: (items: ReadonlyMap<string, T>) => void | Promise<void>
  /** Called when a read fails; the next one follows. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** All documents of one kind. They are stored in the inventory, so every process sees the same ones. */
export class StoredDocuments<T extends { readonly id: string }> {
  readonly #inventory: Inventory
  readonly #kind: DocumentKind<T>
  readonly #listener: DocumentListener<T>
  #items = new Map<string, T>()
  /** Documents that a warning was given for. */
  readonly #damaged = new Set<string>()
  /** Counts changes of this process, so that a read that began before one cannot undo it. */
  #changes = 0
  #timer: NodeJS.Timeout | null = null
  #reading: Promise<void> | null = null
  #updating: Promise<void> = Promise.resolve()

  constructor(inventory: Inventory, kind: DocumentKind<T>, listener: DocumentListener<T>) {
    this.#inventory = inventory
    this.#kind = kind
    this.#listener = listener
  }

  get items(): ReadonlyMap<string, T> {
    return this.#items
  }

  /** Reads all of them now, and then periodically. */
  async start(): Promise<void> {
    await this.#read()
    this.#timer = setInterval(() => {
      this.#reading ??= this.#read()
        .catch((error: unknown) => this.#listener.onError?.(error))
        .finally(() => (this.#reading = null))
    }, POLL_MS).unref()
  }

  /** Stops reading, and waits for a running read or update. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#reading
    await this.#updating.catch(() => undefined)
  }

  /** If several add one id at once, in any process, one succeeds. Returns what is stored; null if that is damaged. */
  async add(item: T): Promise<T | null> {
    const document = this.#documentOf(item)
    const value = await this.#inventory.compareAndSetDocument(document, null)
    const stored = value === document.value ? item : this.#itemOf({ ...document, value: value! })
    if (stored !== null) await this.#set(stored)
    return stored
  }

  /**
   * Changes the stored document without overwriting changes by others. Writes nothing if `change` returns its argument.
   * Returns null if there is none, or it is damaged.
   */
  async change(id: string, change: (now: T) => T): Promise<T | null> {
    const name = this.#kind.prefix + id
    for (let value = await this.#inventory.document(name); value !== null;) {
      const now = this.#itemOf({ name, value })
      if (now === null) return null
      const changed = change(now)
      const document = this.#documentOf(changed)
      const stored: string | null =
        changed === now
          ? document.value
          : await this.#inventory.compareAndSetDocument(document, value)
      if (stored === document.value) {
        await this.#set(changed)
        return changed
      }
      value = stored // it was changed meanwhile
    }
    return null
  }

  async #set(item: T): Promise<void> {
    this.#changes++
    this.#items.set(item.id, item)
    await this.#update()
  }

  async #read(): Promise<void> {
    const changes = this.#changes
    const documents = await this.#inventory.documents(this.#kind.prefix)
    // What this process wrote meanwhile may be missing.
    if (changes !== this.#changes) return await this.#read()
    this.#items = new Map(documents.flatMap((document) => this.#pairOf(document)))
    await this.#update()
  }

  #update(): Promise<void> {
    this.#updating = this.#updating
      .catch(() => undefined)
      .then(() => this.#listener.onUpdate(this.#items))
    return this.#updating
  }

  /** Warns of a damaged one, so that the others can be read. */
  #pairOf(document: StoredDocument): [string, T][] {
    const item = this.#itemOf(document)
    if (item !== null) return [[item.id, item]]
    const { name } = document
    if (!this.#damaged.has(name))
      process.emitWarning(`the stored document ${name} is damaged: ${this.#kind.damaged}`)
    this.#damaged.add(name)
    return []
  }

  #documentOf({ id, ...rest }: T): StoredDocument {
    return { name: this.#kind.prefix + id, value: JSON.stringify(rest) }
  }

  #itemOf({ name, value }: StoredDocument): T | null {
    try {
      const item = { ...(JSON.parse(value) as T), id: name.slice(this.#kind.prefix.length) }
      return this.#kind.isWhole(item) ? item : null
    } catch {
      return null
    }
  }
}

/** A random id, or the id that an idempotency key determines. */
export function documentId(key: string | null): string {
  const id = key === null ? randomBytes(8) : createHash('sha256').update(key).digest()
  return id.toString('hex', 0, 8)
}
