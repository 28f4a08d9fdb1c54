import type { WarehouseView } from 'holdfast'
import { useEffect, useState } from 'preact/hooks'
import { model } from '../../live/model.ts'
import { client } from '../../service/client.ts'
import { clock } from '../../service/clock.ts'
import { TableHead } from '../../text/table-head.tsx'
import { LevelLine, type Then } from './level-line.tsx'

/** A product's levels in every warehouse, now and, if a time is given, as they were then. */
export function Levels({ productId, version }: { productId: string; version: number }) {
  const [time, setTime] = useState('')
  const isToCome = new Date(time).getTime() > clock.now()
  const { answers: then, isLacking, again } = useThen(productId, isToCome ? '' : time)
  const { levels } = model
  const { value: warehouses } = model.warehouses
  const row = levels.row(productId)!
  const isPast = then !== null
  return (
    <section class="levels">
      <div class="title-line">
        <h2>Levels</h2>
        <AsOf time={time} isToCome={isToCome} onChange={setTime} />
      </div>
      {isToCome && (
        <p id="to-come" class="refusal">
          This time is still to come.
        </p>
      )}
      {isLacking && (
        <p class="refusal" role="alert">
          Not all levels of this time could be read.{' '}
          <button type="button" class="small" onClick={again}>
            Try again
          </button>
        </p>
      )}
      <div class="sheet scrolls" tabIndex={0} role="region" aria-label="Levels by warehouse">
        <table class="entries">
          <TableHead
            columns={[
              'Warehouse',
              { figure: 'Available' },
              { figure: 'Held' },
              { figure: 'Sold' },
              { figure: 'Unsellable' },
              { figure: 'On hand' },
              isPast && { figure: 'Available then', isThen: true },
              isPast && { figure: 'On hand then', isThen: true },
              { figure: 'Low at' },
              'Reorder',
              { unseen: 'What can be done' },
            ]}
          />
          <tbody>
            {warehouses.map((warehouse, index) => {
              const place = row * levels.width + index
              if (!levels.exists(place)) return null
              return (
                <LevelLine
                  key={warehouse.id}
                  productId={productId}
                  warehouse={warehouse}
                  place={place}
                  then={then}
                  version={version}
                />
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

interface AsOfProps {
  readonly time: string
  readonly isToCome: boolean
  readonly onChange: (time: string) => void
}

/** Chooses the time in the past; none is now. */
function AsOf({ time, isToCome, onChange }: AsOfProps) {
  return (
    <label class="beside">
      <span>As of</span>
      <input
        type="datetime-local"
        step={1}
        value={time}
        aria-invalid={isToCome}
        aria-describedby={isToCome ? 'to-come' : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {time !== '' && (
        <button type="button" onClick={() => onChange('')}>
          Only now
        </button>
      )}
    </label>
  )
}

/** The warehouses where it ever was. */
function warehousesOf(productId: string): readonly WarehouseView[] {
  const { levels, warehouses } = model
  const row = levels.row(productId)
  if (row === undefined) return []
  return warehouses.value.filter((_, index) => levels.exists(row * levels.width + index))
}

interface Past {
  /** Null if no time is given. */
  readonly answers: Then | null
  /** Whether some could not be read. */
  readonly isLacking: boolean
  readonly again: () => void
}

/** The levels at a time in the reader's zone. */
function useThen(productId: string, time: string): Past {
  const [then, setThen] = useState<Then | null>(null)
  const [isLacking, setLacking] = useState(false)
  const [times, setTimes] = useState(1)
  useEffect(() => {
    let isGone = false
    const ms = new Date(time).getTime()
    if (time === '' || Number.isNaN(ms)) {
      setThen(null)
      setLacking(false)
      return
    }
    const all = warehousesOf(productId).map(async ({ id: warehouseId }) => {
      return await client.stockAt({ warehouseId, productId, time: ms })
    })
    // One that fails does not affect the others.
    void Promise.allSettled(all).then((outcomes) => {
      if (isGone) return
      const answers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      setThen(new Map(answers.map((answer) => [answer.warehouseId, answer])))
      setLacking(answers.length < outcomes.length)
    })
    return () => {
      isGone = true
    }
  }, [productId, time, times])
  return { answers: then, isLacking, again: () => setTimes(times + 1) }
}
