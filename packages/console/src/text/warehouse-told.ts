import type { AuditEntry } from 'holdfast'
import { number } from './numbers.ts'

/** What an entry tells of a warehouse, in the words of the page: a label and a value each. */
export function warehouseTold({
  name,
  capacity,
  ...low
}: AuditEntry['metadata']): [string, string][] {
  const { reorderThreshold, reorderThresholds = '{}' } = low
  const ofProducts = Object.entries(JSON.parse(reorderThresholds) as Record<string, number>)
  return [
    ...(name === undefined ? [] : [told('Name', name)]),
    ...(capacity === undefined ? [] : [told('Capacity', number(Number(capacity)))]),
    ...(reorderThreshold === undefined ? [] : [told('Low at', number(Number(reorderThreshold)))]),
    ...ofProducts.map(([productId, units]) => told(`Low at for ${productId}`, number(units))),
  ]
}

function told(label: string, value: string): [string, string] {
  return [label, value]
}
