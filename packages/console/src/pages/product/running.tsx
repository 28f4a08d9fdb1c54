import type { Explanation } from 'holdfast'
import { useState } from 'preact/hooks'
import { link } from '../../frame/route.ts'
import { number, signed } from '../../text/numbers.ts'
import { Sentence } from '../../text/sentence.tsx'
import { TableHead } from '../../text/table-head.tsx'
import { When } from '../../text/when.tsx'
import { runningOf } from './running-list.ts'

/** How many lines to show at first, and to add each time. */
const FIRST = 20
const MORE = 100

/** "Why is this 47?" as a statement of account, newest line first. */
export function Running({ explanation }: { explanation: Explanation }) {
  const [most, setMost] = useState(FIRST)
  const running = runningOf(explanation, most)
  const { available, productId, warehouseId } = explanation
  const { lines, before, due } = running
  return (
    <section class="running">
      <h2>Why is this {number(available)}?</h2>
      <p class="sum">
        {number(before)} before{' '}
        {lines.length === 1 ? 'this entry' : `these ${number(lines.length)} entries`},{' '}
        {number(running.in)} in, {number(running.out)} out
        {due > 0 && `, ${number(due)} back from holds that are over`}
        {' = '}
        <strong>{number(available)} available</strong>
      </p>
      <table class="entries account">
        <TableHead
          columns={[
            'When',
            'What happened',
            { figure: 'Change' },
            { figure: 'Available' },
            { figure: 'Reserved' },
            { figure: 'Unsellable' },
            { figure: 'On hand' },
          ]}
        />
        <tbody>
          {due > 0 && (
            <tr>
              <td class="when">now</td>
              <td class="what">{number(due)} of holds that are over, not written down yet</td>
              <td class="figure">{signed(due)}</td>
              <td class="figure">{number(available)}</td>
              <td class="figure">{number(explanation.reserved)}</td>
              <td class="figure">{number(explanation.unsellable)}</td>
              <td class="figure">{number(explanation.onHand)}</td>
            </tr>
          )}
          {lines.map(({ entry, available: change }) => (
            <tr key={entry.seq}>
              <td class="when">
                <When ms={entry.timestamp} />
              </td>
              <td class="what">
                <Sentence entry={entry} />
              </td>
              <td class={change === 0 ? 'figure none' : 'figure'} data-label="Change">
                {signed(change)}
              </td>
              <td class="figure strong" data-label="Available">
                {number(entry.available)}
              </td>
              <td class="figure" data-label="Reserved">
                {number(entry.held + entry.allocated)}
              </td>
              <td class={entry.unsellable === 0 ? 'figure none' : 'figure'} data-label="Unsellable">
                {number(entry.unsellable)}
              </td>
              <td class="figure" data-label="On hand">
                {number(entry.available + entry.held + entry.allocated + entry.unsellable)}
              </td>
            </tr>
          ))}
          <tr class="before">
            <td class="when" />
            <td class="what">Before that</td>
            <td class="figure" />
            <td class="figure strong" data-label="Available">
              {number(before)}
            </td>
            <td class="figure" />
            <td class="figure" />
            <td class="figure" />
          </tr>
        </tbody>
      </table>
      <p class="actions">
        {explanation.entries.length > most && (
          <button type="button" onClick={() => setMost(most + MORE)}>
            Earlier entries
          </button>
        )}
        <a href={link('trail', undefined, { productId, warehouseId })}>All of it in the trail</a>
      </p>
    </section>
  )
}
