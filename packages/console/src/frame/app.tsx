import { useEffect } from 'preact/hooks'
import { tokenWanted } from '../service/session.ts'
import { PAGES, pageOf } from '../pages/pages.ts'
import { Connection } from './connection.tsx'
import { Dialogs } from './dialogs.tsx'
import { Header } from './header.tsx'
import { route } from './route.ts'
import { Says } from './says.tsx'
import { TokenPrompt } from './token-prompt.tsx'
import { focusSearch } from './keys.ts'

/** The frame around every page. */
export function App() {
  const { page, id } = route.value
  const { title, Page } = pageOf(page)
  // Several products in several tabs each have their own title.
  const name = page === 'product' && id !== '' ? id : title
  useEffect(() => {
    document.title = `${name} · Holdfast`
  }, [name])
  // A new page starts at the top.
  useEffect(() => scrollTo({ top: 0 }), [page, id])
  useEffect(() => focusSearch(), [])
  if (tokenWanted.value !== null) return <TokenPrompt why={tokenWanted.value} />
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to content
      </a>
      <Header pages={PAGES} current={page} />
      <Connection />
      <main id="main" tabIndex={-1} class={`page page-${page}`}>
        <Page key={id} />
      </main>
      <Dialogs />
      <Says />
    </>
  )
}
