import { signal } from '@preact/signals'
import type { Transfer } from 'holdfast'
import { client } from '../service/client.ts'
import { model } from './model.ts'
import { refresher } from './refresher.ts'

const ABOUT_TRANSFERS: ReadonlySet<string> = new Set([
  'TRANSFER_REQUESTED',
  'TRANSFER_REJECTED',
  'TRANSFERRED_OUT',
])

/** Transfers waiting for approval, oldest first; null while unknown. */
export const waiting = signal<readonly Transfer[] | null>(null)

async function load(): Promise<void> {
  const found: Transfer[] = []
  for await (const one of client.listTransfers({ status: 'PENDING_APPROVAL', limit: 1000 }))
    found.push(one)
  waiting.value = found.reverse()
}

const refresh = refresher(load)

model.loading.subscribe(({ state }) => {
  if (state === 'ready') refresh()
  else waiting.value = null
})
model.onChange(({ entries, isCut }) => {
  if (isCut || entries.some(({ type }) => ABOUT_TRANSFERS.has(type))) refresh()
})
