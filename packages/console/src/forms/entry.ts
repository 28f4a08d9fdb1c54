import { useRef, useState } from 'preact/hooks'
import type { CommandForm, Values } from './command-form.ts'
import type { FieldSpec } from './field.tsx'

/** What is typed into a form. */
interface Entry {
  readonly values: Values
  readonly type: (field: FieldSpec, value: string) => void
  /** Takes another value, which was offered instead. */
  readonly replace: (name: string, value: string) => void
  /** Takes a line to correct it. */
  readonly correct: (line: Values) => void
  /** Empties the form, apart from what it keeps for the next line. */
  readonly empty: () => void
  /** Whether units of the product are still to be typed. Those that were typed for another product go. */
  readonly awaitsUnits: (units: FieldSpec) => boolean
}

export function useEntry(form: CommandForm): Entry {
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(form.fields.map(({ name, initial = '' }) => [name, initial])),
  )
  /** The product that the form had when its units were typed. */
  const unitsAreOf = useRef('')
  return {
    values,
    type: ({ name, kind }, value) => {
      if (kind === 'quantity') unitsAreOf.current = values['productId'] ?? ''
      setValues((before) => ({ ...before, [name]: value }))
    },
    replace: (name, value) => {
      unitsAreOf.current = value
      setValues((before) => ({ ...before, [name]: value }))
    },
    correct: (line) => {
      unitsAreOf.current = line['productId'] ?? ''
      setValues(line)
    },
    empty: () => {
      const keeps = (name: string) => form.lines?.fields.includes(name) === true
      setValues((before) =>
        Object.fromEntries(
          form.fields.map(({ name }) => [name, keeps(name) ? (before[name] ?? '') : '']),
        ),
      )
    },
    awaitsUnits: (units) => {
      const { productId = '' } = values
      const isStale = unitsAreOf.current !== '' && unitsAreOf.current !== productId
      if (productId === '' || (!isStale && values[units.name]?.trim() !== '')) return false
      if (isStale) {
        const quantities = form.fields.filter(({ kind }) => kind === 'quantity')
        const none = Object.fromEntries(quantities.map(({ name }) => [name, '']))
        setValues((before) => ({ ...before, ...none }))
      }
      return true
    },
  }
}
