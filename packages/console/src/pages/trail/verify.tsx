import { useState } from 'preact/hooks'
import { may } from '../../service/may.ts'
import { count, number } from '../../text/numbers.ts'
import { prove, type Proof } from './prove.ts'

/** Proves the whole trail, and gives the result in one sentence. */
export function Verify() {
  const [proof, setProof] = useState<Proof | null>(null)
  if (!may('verify')) return null
  const isRunning = proof?.state === 'running'
  return (
    <div class="verify">
      <div role="status" class="verdict">
        {proof !== null && <Verdict proof={proof} />}
      </div>
      <button type="button" disabled={isRunning} onClick={() => void prove(setProof)}>
        {isRunning ? 'Verifying…' : 'Verify'}
      </button>
    </div>
  )
}

function Verdict({ proof }: { proof: Proof }) {
  switch (proof.state) {
    case 'running':
      return (
        <label>
          {number(proof.seq)} of {count(proof.of, 'entry', 'entries')}
          <progress value={proof.seq} max={Math.max(1, proof.of)} />
        </label>
      )
    case 'failed':
      return <p class="bad">It could not be verified: {proof.why}</p>
    case 'done': {
      const { verdict } = proof
      if (verdict.ok) {
        return (
          <p class="good">
            Everything adds up: {count(verdict.entries, 'entry', 'entries')} in{' '}
            {count(verdict.commits, 'commit')} give {verdict.levels === 1 ? 'this' : 'these'}{' '}
            {count(verdict.levels, 'level')}, and no hash is wrong.
          </p>
        )
      }
      return (
        <p class="bad" role="alert">
          <strong>It does not add up.</strong> {verdict.fault.message}. Keep a copy of the store,
          and compare it with a backup.
        </p>
      )
    }
  }
}
