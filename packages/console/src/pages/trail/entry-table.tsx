import type { AuditEntry } from 'holdfast'
import { OWN_KEYS } from 'holdfast/model'
import { memo } from 'preact/compat'
import { link } from '../../frame/route.ts'
import { Name } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { Sentence } from '../../text/sentence.tsx'
import { TableHead } from '../../text/table-head.tsx'
import { exactly, moment } from '../../text/times.ts'
import { warehouseTold } from '../../text/warehouse-told.ts'
import { referenceText, TYPES } from './trail-filter.ts'

/** Entries, newest first. */
export function EntryTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <table class="entries log">
      <TableHead columns={[{ figure: 'No.' }, 'When', 'What happened', 'Who']} />
      <tbody>
        {entries.map((entry) => (
          <EntryRow key={entry.seq} entry={entry} />
        ))}
      </tbody>
    </table>
  )
}

const EntryRow = memo(function EntryRow({ entry }: { entry: AuditEntry }) {
  const { seq, timestamp, type, actor, reservationId, transferId } = entry
  return (
    <tr>
      <td class="figure seq">{number(seq)}</td>
      <td class="when">
        <time dateTime={new Date(timestamp).toISOString()} title={exactly(timestamp)}>
          {moment(timestamp)}
        </time>
      </td>
      <td class="what">
        <span class={`kind kind-${type.toLowerCase()}`}>{TYPES[type] ?? type}</span>{' '}
        <span class="sentence">
          <Sentence entry={entry} />
        </span>
        {reservationId !== null && (
          <a class="aside" href={link('trail', undefined, { reservationId })}>
            its reservation
          </a>
        )}
        {transferId !== null && (
          <a class="aside" href={link('trail', undefined, { transferId })}>
            its transfer
          </a>
        )}
        <Document entry={entry} />
        <Metadata entry={entry} />
      </td>
      <td class="who">{actor !== null && <Name text={actor} />}</td>
    </tr>
  )
})

/** The document behind an entry, and its group, each linked to all entries with it. */
function Document({ entry: { reference, group } }: { entry: AuditEntry }) {
  const text = reference === null ? '' : referenceText(reference)
  return (
    <>
      {reference !== null && (
        <a class="aside" href={link('trail', undefined, { reference: text })}>
          <Name text={reference.type} /> <Name text={reference.id} />
        </a>
      )}
      {group !== null && (
        <a class="aside" href={link('trail', undefined, { group })}>
          its group
        </a>
      )}
    </>
  )
}

/** What the shop said, and of a warehouse its description, which no sentence contains. */
function Metadata({ entry: { type, metadata } }: { entry: AuditEntry }) {
  const own = [
    ...(type === 'WAREHOUSE_CHANGED' ? warehouseTold(metadata) : []),
    ...Object.entries(metadata).filter(([key]) => !OWN_KEYS.has(key)),
  ]
  if (own.length === 0) return null
  return (
    <span class="metadata">
      {own.map(([key, value]) => (
        <span key={key}>
          <Name text={key} />: <Name text={value} />
        </span>
      ))}
    </span>
  )
}
