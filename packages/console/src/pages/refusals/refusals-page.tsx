import { overview } from '../../service/overview.ts'
import { number } from '../../text/numbers.ts'
import { When } from '../../text/when.tsx'
import { codeInWords } from '../../text/words.ts'
import { RefusalTable } from './refusal-table.tsx'

/** Refused commands, as far as this process remembers: refusals leave nothing in the trail. */
export function RefusalsPage() {
  const { value } = overview
  if (value === null) return <p class="empty">Loading…</p>
  const { refusals, lastRefusals, since } = value
  return (
    <>
      <h1>Refusals</h1>
      <p class="hint">
        Counted since this service started, <When ms={since} />. A refused command changes nothing,
        so the trail does not know of it.
      </p>
      {refusals.length === 0 ? (
        <p class="empty">Nothing was refused.</p>
      ) : (
        <>
          <ul class="counts">
            {refusals
              .toSorted((a, b) => b.count - a.count)
              .map(({ code, count }) => (
                <li key={code}>
                  <strong class="number">{number(count)}</strong> {codeInWords(code)}
                </li>
              ))}
          </ul>
          <h2>The last {number(lastRefusals.length)}</h2>
          <RefusalTable refusals={lastRefusals} />
        </>
      )}
    </>
  )
}
