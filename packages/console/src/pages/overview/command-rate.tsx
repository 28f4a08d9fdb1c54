import { link } from '../../frame/route.ts'
import { number } from '../../text/numbers.ts'
import { Tile } from './tile.tsx'

const WIDTH = 240
const HEIGHT = 40

/** Commands that this service answered, second by second, in the last minute. */
export function CommandRate({ perSecond }: { perSecond: readonly number[] | null }) {
  const last = perSecond?.slice(-5) ?? []
  const rate = last.reduce((sum, one) => sum + one, 0) / Math.max(1, last.length)
  const most = Math.max(0, ...(perSecond ?? []))
  return (
    <Tile
      label="Commands a second"
      figure={perSecond === null ? null : Math.round(rate)}
      more={`${perSecond === null ? '' : `${number(most)} at most `}in the last minute`}
      href={link('trail')}
    >
      <svg
        class="spark"
        viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <polyline points={pointsOf(perSecond ?? [], most)} vector-effect="non-scaling-stroke" />
      </svg>
    </Tile>
  )
}

function pointsOf(counts: readonly number[], most: number): string {
  const step = WIDTH / Math.max(1, counts.length - 1)
  return counts
    .map(
      (count, index) =>
        `${(index * step).toFixed(1)},${(HEIGHT - (count / Math.max(1, most)) * HEIGHT).toFixed(1)}`,
    )
    .join(' ')
}
