import { useRef } from 'preact/hooks'
import { signIn } from '../service/session.ts'

/** Asks for a token if the service requires one. It is kept only in this tab. */
export function TokenPrompt({ why }: { why: string }) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <main class="prompt">
      <h1>Holdfast</h1>
      <p role="alert">{why}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const text = field.current?.value.trim() ?? ''
          if (text !== '') signIn(text)
        }}
      >
        <label for="token">Token</label>
        <input
          id="token"
          ref={field}
          type="password"
          required
          autoComplete="off"
          spellcheck={false}
          placeholder="hf_…"
        />
        <button type="submit" class="primary">
          Enter
        </button>
      </form>
      <p class="hint">
        Whoever runs the service makes tokens with <code>holdfast token create</code>. The token
        stays in this tab and is forgotten when it closes.
      </p>
    </main>
  )
}
