import { ProductField } from './product-field.tsx'

export interface FieldSpec {
  /** The command's name for it. */
  readonly name: string
  readonly label: string
  /** A `quantity` is units of stock; a `number` anything else, like minutes. */
  readonly kind: 'text' | 'number' | 'quantity' | 'choice' | 'product' | 'yes'
  readonly initial?: string
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  /** A product that was never in stock is allowed, and created. */
  readonly mayBeNew?: boolean
  /** Units that need not be told. */
  readonly mayBeEmpty?: boolean
  /** What to write, or what it means. */
  readonly hint?: string
}

interface FieldProps {
  readonly field: FieldSpec
  readonly value: string
  readonly refusal: string | null
  readonly onChange: (value: string) => void
}

/** A label, a control, and what is wrong with its value. */
export function Field(props: FieldProps) {
  const { field, refusal } = props
  const id = `field-${field.name}`
  if (field.kind === 'yes') return <YesField {...props} />
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <Control {...props} />
      {field.hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {field.hint}
        </p>
      )}
      {refusal !== null && (
        <p id={`${id}-refusal`} class="refusal" dir="auto">
          {refusal}
        </p>
      )}
    </div>
  )
}

function Control({ field, value, refusal, onChange }: FieldProps) {
  const id = `field-${field.name}`
  const described = [
    ...(field.hint === undefined ? [] : [`${id}-hint`]),
    ...(refusal === null ? [] : [`${id}-refusal`]),
  ].join(' ')
  const common = {
    id,
    name: field.name,
    value,
    'aria-invalid': refusal !== null,
    'aria-describedby': described === '' ? undefined : described,
  }
  if (field.kind === 'choice') {
    return (
      <select {...common} onChange={(event) => onChange(event.currentTarget.value)}>
        {field.choices?.map(({ value: one, label }) => (
          <option key={one} value={one}>
            {label}
          </option>
        ))}
      </select>
    )
  }
  const isFigure = field.kind === 'number' || field.kind === 'quantity'
  if (field.kind === 'product') return <ProductField {...common} onChange={onChange} />
  return (
    <input
      {...common}
      type="text"
      dir="auto"
      autoComplete="off"
      inputMode={isFigure ? 'numeric' : undefined}
      class={isFigure ? 'figure' : undefined}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function YesField({ field, value, onChange }: FieldProps) {
  return (
    <label class="yes">
      <input
        type="checkbox"
        name={field.name}
        checked={value === 'yes'}
        onChange={(event) => onChange(event.currentTarget.checked ? 'yes' : '')}
      />
      {field.label}
    </label>
  )
}
