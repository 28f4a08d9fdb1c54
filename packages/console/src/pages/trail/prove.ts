import type { Verdict } from 'holdfast'
import { BASE, fetchWithToken, problemOf } from '../../service/ask.ts'

export type Proof =
  | { readonly state: 'running'; readonly seq: number; readonly of: number }
  | { readonly state: 'done'; readonly verdict: Verdict }
  | { readonly state: 'failed'; readonly why: string }

/** Has the service prove the trail, and reports the progress, then the result. */
export async function prove(tell: (proof: Proof) => void): Promise<void> {
  tell({ state: 'running', seq: 0, of: 0 })
  try {
    const response = await fetchWithToken(`${BASE}/v1/verify`, {
      headers: { accept: 'text/event-stream' },
    })
    if (!response.ok || response.body === null) throw await problemOf(response)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    let isOver = false
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const events = (rest + value).split('\n\n')
      rest = events.pop()!
      for (const event of events) {
        const proof = proofOf(event)
        if (proof === null) continue
        isOver = proof.state !== 'running'
        tell(proof)
      }
    }
    if (!isOver) throw new Error('the service went away on the way. Try again.')
  } catch (error) {
    tell({ state: 'failed', why: (error as Error).message })
  }
}

function proofOf(event: string): Proof | null {
  const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? []
  if (name === undefined || data === undefined) return null
  const value: unknown = JSON.parse(data)
  if (name === 'progress') return { state: 'running', ...(value as { seq: number; of: number }) }
  if (name === 'verdict') return { state: 'done', verdict: value as Verdict }
  return { state: 'failed', why: (value as { detail: string }).detail }
}
