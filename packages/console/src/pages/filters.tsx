import { useEffect, useState } from 'preact/hooks'
import { refine, route } from '../frame/route.ts'
import { model } from '../live/model.ts'

const TYPING_MS = 250

/** A text filter, applied once typing pauses. `clean` makes the filter from the text. */
export function useTyped(
  name: string,
  typingMs = TYPING_MS,
  clean = (text: string): string => text,
): [text: string, setText: (text: string) => void] {
  const asked = route.value.query.get(name) ?? ''
  const [text, setText] = useState(asked)
  useEffect(() => setText((before) => (clean(before) === asked ? before : asked)), [asked])
  useEffect(() => {
    const timer = setTimeout(() => {
      const wanted = clean(text)
      if ((route.value.query.get(name) ?? '') !== wanted) refine({ [name]: wanted })
    }, typingMs)
    return () => clearTimeout(timer)
  }, [text])
  return [text, setText]
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
  const [text, setText] = useTyped(name, TYPING_MS, clean)
  return (
    <label class="search">
      {label}
      <input
        type="search"
        value={text}
        dir="auto"
        placeholder={placeholder}
        onInput={(event) => setText(event.currentTarget.value)}
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
  const [text, setText] = useTyped('productId', TYPING_MS, (typed) => typed.trim())
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
        onInput={(event) => setText(event.currentTarget.value)}
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
