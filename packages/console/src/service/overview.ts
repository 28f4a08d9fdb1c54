import { signal } from '@preact/signals'
import type { Overview } from 'holdfast/model'
import { ask } from './ask.ts'
import { clock } from './clock.ts'
import { token } from './session.ts'

/** What the service recently did and refused; null before the first answer. */
export const overview = signal<Overview | null>(null)

/** @throws Problem */
export async function refreshOverview(): Promise<Overview> {
  const sentAt = Date.now()
  const { value: askedWith } = token
  const answer = await ask<Overview>('/v1/overview')
  clock.heard(answer.now, sentAt, Date.now())
  // Another reader may have signed in meanwhile.
  if (token.value === askedWith) overview.value = answer
  return answer
}
