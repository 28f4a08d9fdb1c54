import { useEffect, useMemo, useState } from 'preact/hooks'
import { route } from '../../frame/route.ts'
import { EntryList } from './entry-list.ts'
import { EntryTable } from './entry-table.tsx'
import { Export } from './export.tsx'
import { filterOf } from './trail-filter.ts'
import { TrailFilters } from './trail-filters.tsx'
import { Verify } from './verify.tsx'

/** The audit log: everything that ever happened, in sentences. */
export function TrailPage() {
  const { query } = route.value
  const address = query.toString()
  const filter = useMemo(() => filterOf(query), [address])
  const list = useMemo(() => new EntryList(filter), [filter])
  const [isStill, setStill] = useState(false)
  useEffect(() => {
    void list.open()
    return () => list.close()
  }, [list])
  useEffect(() => {
    const update = (): void => {
      list.isStill = isStill || scrollY > 200
      if (!list.isStill && list.shown.value.waiting > 0) list.catchUp()
    }
    update()
    addEventListener('scroll', update, { passive: true })
    return () => removeEventListener('scroll', update)
  }, [list, isStill])

  const { entries, waiting, state, hasOlder } = list.shown.value
  return (
    <>
      <div class="title-line">
        <h1>Trail</h1>
        <Verify />
      </div>
      <TrailFilters filter={filter}>
        <button type="button" aria-pressed={isStill} onClick={() => setStill(!isStill)}>
          {isStill ? 'Go on' : 'Hold still'}
        </button>
        <Export filter={filter} />
      </TrailFilters>
      <div class="news" role="status">
        {waiting > 0 && (
          <button
            type="button"
            class="primary"
            onClick={() => {
              setStill(false)
              list.catchUp()
              scrollTo({ top: 0 })
            }}
          >
            {waiting} new
          </button>
        )}
      </div>
      {state === 'failed' && (
        <p class="notice bad">
          The trail could not be read.{' '}
          <button type="button" onClick={() => void list.older()}>
            Try again
          </button>
        </p>
      )}
      {state === 'ready' && entries.length === 0 && (
        <p class="empty">
          {Object.keys(filter).length === 0
            ? 'Nothing has happened yet. Whatever changes stock will stand here.'
            : 'Nothing in the trail is like this. Take a filter away to see more.'}
        </p>
      )}
      {entries.length > 0 && <EntryTable entries={entries} />}
      {hasOlder && (
        <p>
          <button type="button" onClick={() => void list.older()}>
            Older entries
          </button>
        </p>
      )}
    </>
  )
}
