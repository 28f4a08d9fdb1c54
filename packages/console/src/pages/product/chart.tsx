import type { Explanation } from 'holdfast'
import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import { isDark } from '../../frame/theme.ts'
import { number } from '../../text/numbers.ts'
import { exactly } from '../../text/times.ts'
import { chartOptions, pointsOf } from './chart-options.ts'

const HEIGHT = 240

/** On hand and available over time, as steps: a count stays until something changes it. */
export function Chart({ explanation }: { explanation: Explanation }) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const [at, setAt] = useState<number | null>(null)
  const points = pointsOf(explanation)
  const latest = useRef(points)
  latest.current = points
  useEffect(() => {
    const element = place.current!
    const options = chartOptions(element, setAt)
    const size = { width: element.clientWidth, height: HEIGHT }
    const made = new uPlot({ ...options, ...size }, latest.current, element)
    plot.current = made
    const resized = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: HEIGHT })
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [isDark.value])
  useEffect(() => plot.current?.setData(points), [explanation])

  const index = at ?? points[0].length - 1
  const [ms, onHand, available] = points.map((series) => series[index] ?? 0) as [
    number,
    number,
    number,
  ]
  return (
    <figure class="chart sheet">
      <figcaption>
        <span class="key key-on-hand">On hand {number(onHand)}</span>
        <span class="key key-available">Available {number(available)}</span>
        <span class="hint">{at === null ? 'now' : exactly(ms * 1000)}</span>
        {explanation.more && (
          <span class="hint">its newest {number(points[0].length - 1)} entries</span>
        )}
      </figcaption>
      <div
        ref={place}
        role="img"
        aria-label={`On hand and available over time; now ${number(explanation.onHand)} on hand and ${number(explanation.available)} available. The list below has every step.`}
      />
    </figure>
  )
}
