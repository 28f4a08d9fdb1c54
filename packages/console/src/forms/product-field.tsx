import { model } from '../live/model.ts'

const OFFERED = 12

interface ProductFieldProps {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string | undefined
}

/** A field for a product's id, with a few matching known ones to choose from. */
export function ProductField({ onChange, ...common }: ProductFieldProps) {
  return (
    <>
      <input
        {...common}
        type="text"
        dir="auto"
        autoComplete="off"
        spellcheck={false}
        list="known-products"
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id="known-products">
        {offered(common.value).map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </>
  )
}

function offered(text: string): string[] {
  const wanted = text.toLowerCase()
  const found: string[] = []
  for (const id of model.levels.products) {
    if (!id.toLowerCase().includes(wanted)) continue
    if (found.push(id) === OFFERED) break
  }
  return found
}
