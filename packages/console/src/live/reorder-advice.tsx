import { useEffect, useState } from 'preact/hooks'
import { ask } from '../service/ask.ts'
import { number } from '../text/numbers.ts'

const PATIENCE_MS = 400

/**
 * How many units the service's strategy would order for a low level; requested again when its input changes. `position`
 * is available + held.
 */
export function ReorderAdvice(level: {
  readonly warehouseId: string
  readonly productId: string
  readonly position: number
}) {
  const { warehouseId, productId, position } = level
  const [units, setUnits] = useState<number | null>(null)
  useEffect(() => {
    let isGone = false
    // These two cannot be part of an address.
    if (productId === '.' || productId === '..') return
    const path = [warehouseId, productId].map(encodeURIComponent).join('/')
    const timer = setTimeout(() => {
      ask<{ orderQty: number }>(`/v1/stock/${path}/reorder`).then(
        ({ orderQty }) => {
          if (!isGone) setUnits(orderQty)
        },
        () => undefined,
      )
    }, PATIENCE_MS)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [warehouseId, productId, position])
  if (units === null) return <span class="advice">…</span>
  return <span class="advice">{units === 0 ? 'none' : `order ${number(units)}`}</span>
}
