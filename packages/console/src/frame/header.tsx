import { useEffect, useRef } from 'preact/hooks'
import { overview } from '../service/overview.ts'
import { signOut, token } from '../service/session.ts'
import { isLive } from '../service/client.ts'
import { model } from '../live/model.ts'
import { waiting } from '../live/waiting-transfers.ts'
import { failure } from './failure.ts'
import { link } from './route.ts'
import { nextTheme, theme } from './theme.ts'
import { Name } from '../text/name.tsx'
import { count } from '../text/numbers.ts'
import { unwritten } from '../pages/count/count-list.ts'
import { openForm } from './dialogs.tsx'

export interface Listed {
  readonly page: string
  readonly title: string
  readonly inMenu: boolean
}

const THEME_NAMES = { auto: 'Automatic', light: 'Light', dark: 'Dark' } as const

/** Asks first if something would be lost. */
function leave(): void {
  const counts = unwritten()
  const out = (): void => signOut('You have signed out.')
  if (counts === 0) return out()
  openForm({
    title: 'Sign out',
    about: `${count(counts, 'count is', 'counts are')} not written, and will be lost.`,
    fields: [],
    submit: 'Sign out',
    isFinal: true,
    run: async () => {
      out()
      return 'Signed out.'
    },
  })
}

function Live() {
  if (isLive.value) return <span class="live">Live</span>
  const isLoading = model.loading.value.state === 'loading' && failure.value === null
  return isLoading ? (
    <span class="live loading">Loading…</span>
  ) : (
    <span class="live off">Not live</span>
  )
}

/** The navigation, whether the page is live, and the theme. */
export function Header({ pages, current }: { pages: readonly Listed[]; current: string }) {
  const actor = overview.value?.actor
  const waits = waiting.value?.length ?? 0
  const nav = useRef<HTMLElement>(null)
  // On a phone the line of links is longer than the screen.
  useEffect(() => {
    const here = nav.current?.querySelector('[aria-current]')
    here?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current])
  return (
    <header class="top">
      <a class="brand" href={link('overview')}>
        Holdfast
      </a>
      <nav ref={nav} aria-label="Pages">
        <ul>
          {pages
            .filter(({ inMenu }) => inMenu)
            .map(({ page, title }) => (
              <li key={page}>
                <a href={link(page)} aria-current={page === current ? 'page' : undefined}>
                  {title}
                  {page === 'transfers' && waits > 0 && (
                    <span class="badge">
                      {waits}
                      <span class="unseen"> waiting</span>
                    </span>
                  )}
                </a>
              </li>
            ))}
        </ul>
      </nav>
      <div class="about">
        <Live />
        {actor !== null && actor !== undefined && <Name text={actor} />}
        <button type="button" class="plain" onClick={nextTheme}>
          <span class="unseen">Colours: </span>
          <span aria-hidden="true">◐ </span>
          {THEME_NAMES[theme.value]}
        </button>
        {token.value !== null && (
          <button type="button" class="plain" onClick={leave}>
            Sign out
          </button>
        )}
      </div>
    </header>
  )
}
