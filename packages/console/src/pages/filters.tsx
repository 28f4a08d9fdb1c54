import { useEffect, useRef, useState } from 'preact/hooks'
import { refine, route } from '../frame/route.ts'
import { model } from '../live/model.ts'

const TYPING_MS = 250

/**
 * A text filter, applied once typing pauses. `clean` makes the filter from the text. A link wins
 * over what was typed and not applied yet.
 */
export function useTyped(
  name: string,
  clean = (text: string): string => text,
  typingMs = TYPING_MS,
): [text: string, type: (text: string) => void] {
  const asked = route.value.query.get(name) ?? ''
  // `over` is the filter over which it was typed.
  const [typed, setTyped] = useState({ text: asked, over: asked })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (text: string): void => {
    const over = route.value.query.get(name) ?? ''
    setTyped({ text, over })
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const now = route.value.query.get(name) ?? ''
      const wanted = clean(text)
      setTyped(now === over ? { text, over: wanted } : { text: now, over: now })
      if (now === over && wanted !== over) refine({ [name]: wanted })
    }, typingMs)
  }
  const isShown = typed.over === asked || clean(typed.text) === asked
  return [isShown ? typed.text : asked, type]
}

interface TextSearchProps {
  readonly label: string
  /** Of the filter. */
  readonly name: string
  readonly placeholder: string
  readonly clean: (text: string) => string
}

/** A filter that is typed. */
export function TextSearch({ label, name, placeholder, clean }: TextSearchProps) {
  const [text, type] = useTyped(name, clean)
  return (
    <label class="search">
      {label}
      <input
        type="search"
        value={text}
        dir="auto"
        placeholder={placeholder}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  )
}

/** A cart or a customer, by the full name, which may be pasted with spaces around it. */
export function OwnerSearch() {
  return (
    <TextSearch
      label="For"
      name="owner"
      placeholder="A cart, a customer"
      clean={(text) => text.trim()}
    />
  )
}

/** A product by its full id, with known ones to choose from. */
export function ProductSearch() {
  // A trailing space may be followed by another word.
  const [text, type] = useTyped('productId', (typed) => typed.trim())
  const part = text.toLowerCase()
  const offered =
    part === ''
      ? []
      : model.levels.products.filter((id) => id.toLowerCase().includes(part)).slice(0, 12)
  return (
    <label class="search">
      <span>
        Product <kbd>/</kbd>
      </span>
      <input
        type="search"
        value={text}
        dir="auto"
        list="products-here"
        placeholder="Its whole id"
        onInput={(event) => type(event.currentTarget.value)}
      />
      <datalist id="products-here">
        {offered.map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </label>
  )
}

export function WarehouseFilter({ warehouseId }: { warehouseId: string | undefined }) {
  return (
    <label>
      Warehouse
      <select
        value={warehouseId ?? ''}
        onChange={(event) => refine({ warehouseId: event.currentTarget.value })}
      >
        <option value="">All</option>
        {model.warehouses.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
