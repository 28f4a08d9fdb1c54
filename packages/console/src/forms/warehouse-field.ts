import type { WarehouseView } from 'holdfast'
import { model } from '../live/model.ts'
import type { FieldSpec } from './field.tsx'

interface Asked {
  readonly name?: string
  readonly label?: string
  /** The initial choice, if it is in the list. */
  readonly first?: string | undefined
  readonly mayBe?: (warehouse: WarehouseView) => boolean
}

/** A choice of all warehouses, or of the given ones. */
export function warehouseField({
  name = 'warehouseId',
  label = 'Warehouse',
  first,
  mayBe = () => true,
}: Asked): FieldSpec {
  const choices = model.warehouses.value.filter(mayBe).map(({ id, name: called }) => ({
    value: id,
    label: called === id ? id : `${called} (${id})`,
  }))
  const initial = (choices.find(({ value }) => value === first) ?? choices[0])?.value ?? ''
  return { name, label, kind: 'choice', choices, initial }
}
