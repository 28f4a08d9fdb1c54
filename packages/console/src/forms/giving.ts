import { useRef, useState } from 'preact/hooks'
import { say } from '../frame/says.tsx'
import type { CommandForm, Values } from './command-form.ts'
import { isUnknown, newKey } from './command-key.ts'
import { refusalAt, type Refusal } from './refusal.ts'

/** The form's command on its way. */
export interface Giving {
  readonly isBusy: boolean
  /** Whether it was sent, and nobody knows whether it was done. */
  readonly isInDoubt: boolean
  readonly refusal: Refusal | null
  readonly refuse: (refusal: Refusal | null) => void
  /** Gives it and says what was done. Resolves with whether it was. */
  readonly give: (values: Values) => Promise<boolean>
}

/** A command sent twice takes effect once: until it is answered, it keeps its key. */
export function useGiving(form: CommandForm): Giving {
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [isInDoubt, setInDoubt] = useState(false)
  const key = useRef(newKey())
  const give = async (values: Values): Promise<boolean> => {
    setBusy(true)
    try {
      say(await form.run(values, key.current))
      return true
    } catch (error) {
      const inDoubt = isUnknown(error)
      // A refusal is stored with its key, and would be repeated.
      if (!inDoubt) key.current = newKey()
      setInDoubt(inDoubt)
      setRefusal(refusalAt(error, form.fields))
      setBusy(false)
      return false
    }
  }
  return { isBusy, isInDoubt, refusal, refuse: setRefusal, give }
}
