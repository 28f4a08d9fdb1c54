import { signal } from '@preact/signals'
import { ask } from './ask.ts'
import { clock } from './clock.ts'
import { token } from './session.ts'

export interface RefusedCommand {
  readonly at: number
  readonly verb: string
  readonly code: string
  readonly warehouseId: string | null
  readonly productId: string | null
  readonly reservationId: string | null
  readonly transferId: string | null
  readonly qty: number | null
  readonly actor: string | null
  readonly owner: string | null
}

export interface Overview {
  readonly now: number
  readonly role: 'reader' | 'shop' | 'operator' | 'admin'
  readonly actor: string | null
  readonly readOnly: boolean
  readonly since: number
  readonly commands: number
  readonly perSecond: readonly number[]
  readonly refusals: readonly { readonly code: string; readonly count: number }[]
  readonly lastRefusals: readonly RefusedCommand[]
  readonly seq: number
}

/** What the service did and refused lately; null before it said so. */
export const overview = signal<Overview | null>(null)

/** @throws Problem */
export async function refreshOverview(): Promise<Overview> {
  const sentAt = Date.now()
  const { value: askedWith } = token
  const answer = await ask<Overview>('/v1/overview')
  clock.heard(answer.now, sentAt, Date.now())
  // Somebody else may sit here by now.
  if (token.value === askedWith) overview.value = answer
  return answer
}
