import { useEffect, useState } from 'preact/hooks'
import { refine, route } from '../../frame/route.ts'

const TYPING_MS = 250

/** A cart or an order, by its whole name. */
export function OwnerSearch() {
  const asked = route.value.query.get('owner') ?? ''
  const [text, setText] = useState(asked)
  useEffect(() => setText(asked), [asked])
  useEffect(() => {
    const timer = setTimeout(() => {
      if ((route.value.query.get('owner') ?? '') !== text) refine({ owner: text })
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label class="search">
      For
      <input
        type="search"
        value={text}
        dir="auto"
        placeholder="A cart, an order"
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </label>
  )
}
