import { effect } from '@preact/signals'
import { entryAt, isSameEntry } from '../live/entry-at.ts'
import { model } from '../live/model.ts'
import { Problem } from '../service/ask.ts'
import { isLive } from '../service/client.ts'
import { overview, refreshOverview } from '../service/overview.ts'
import { tokenWanted } from '../service/session.ts'
import { forgetLines } from '../forms/lines.ts'
import { closeList, keepList } from '../pages/count/count-list.ts'
import { closeForm, reopenForms } from './dialogs.tsx'
import { route } from './route.ts'
import { failure } from './failure.ts'

const OFTEN_MS = 2000
const SELDOM_MS = 15_000

let following: AbortController | null = null

/** Identifies the reader, then loads and follows the stock; again with each new token. */
export function start(): void {
  keepList()
  reopenForms()
  void enter()
  let wanted = tokenWanted.value
  effect(() => {
    const { value } = tokenWanted
    if (wanted !== null && value === null) void enter()
    if (value !== null) forget()
    wanted = value
  })
  void keepAsking()
  effect(() => {
    if (isLive.value) void mustBeTheSame()
  })
}

/** After signing out, nothing is read any more and nothing is left for the next reader. */
function forget(): void {
  following?.abort()
  closeForm()
  forgetLines()
  closeList()
  overview.value = null
  model.forget()
}

/** Retries until it follows, and again whenever that ends: no reload is necessary. */
async function enter(): Promise<void> {
  following?.abort()
  following = new AbortController()
  const { signal } = following
  while (!signal.aborted) {
    try {
      await refresh()
      failure.value = null
      await model.run(signal)
    } catch (error) {
      // A 401 has already asked for a token.
      if (error instanceof Problem && error.status === 401) return
      failure.value = (error as Error).message
    }
    await pause(OFTEN_MS)
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function keepAsking(): Promise<void> {
  for (;;) {
    const isLooking = ['overview', 'refusals'].includes(route.value.page)
    await pause(isLooking ? OFTEN_MS : SELDOM_MS)
    if (!document.hidden && overview.value !== null && tokenWanted.value === null) {
      // The stream reports that nobody answers.
      await refresh().catch(() => undefined)
    }
  }
}

/** @throws Problem */
async function refresh(): Promise<void> {
  const { seq: seen } = model
  const { seq } = await refreshOverview()
  if (seq < seen) location.reload()
}

/** After an interruption the service may have another inventory, or an older state of the same one. */
async function mustBeTheSame(): Promise<void> {
  // Read it before any new entry changes it.
  const { last } = model
  await refresh().catch(() => undefined)
  try {
    if (last !== null && !isSameEntry(last, await entryAt(last.seq))) location.reload()
  } catch {
    // As above.
  }
}
