import type { Explanation } from 'holdfast'
import { useEffect, useState } from 'preact/hooks'
import { client } from '../../service/client.ts'
import { onReturn } from '../../live/on-return.ts'
import { isAboutProduct, useLive } from '../../live/use-live.ts'
import { Chart } from './chart.tsx'
import { Running } from './running.tsx'

const ENTRIES = 1000
/** A busy product changes too often to load a thousand entries each time. */
const EVERY_MS = 800

interface HistoryProps {
  readonly productId: string
  readonly warehouseId: string
}

/** The history of a level: as a chart, and as a list that adds up. */
export function History({ productId, warehouseId }: HistoryProps) {
  const version = useLive(isAboutProduct(productId), EVERY_MS)
  const [explanation, setExplanation] = useState<Explanation | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const [returns, setReturns] = useState(0)
  useEffect(() => onReturn(() => setReturns((before) => before + 1)), [])
  useEffect(() => {
    let isGone = false
    client.explain({ productId, warehouseId, limit: ENTRIES }).then(
      (answer) => {
        if (isGone) return
        setExplanation(answer)
        setWhy(null)
      },
      (error: unknown) => {
        if (!isGone) setWhy((error as Error).message)
      },
    )
    return () => {
      isGone = true
    }
  }, [productId, warehouseId, version, returns])
  if (why !== null) return <p class="notice bad">Its history could not be read: {why}.</p>
  if (explanation === null) return <p class="empty">Loading its history…</p>
  return (
    <>
      <Chart explanation={explanation} />
      <Running explanation={explanation} />
    </>
  )
}
