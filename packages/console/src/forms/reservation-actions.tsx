import { openForm } from '../frame/dialogs.tsx'
import { may } from '../service/may.ts'
import { possibleIn, RESERVATION_FORMS, type Reserved } from './reservation-forms.tsx'

interface ReservationActionsProps {
  readonly reserved: Reserved
  readonly state: string
}

/** What may be done with a reservation as it stands. */
export function ReservationActions({ reserved, state }: ReservationActionsProps) {
  const verbs = possibleIn(state).filter(may)
  if (verbs.length === 0) return null
  return (
    <span class="actions small">
      {verbs.map((verb) => (
        <button
          key={verb}
          type="button"
          onClick={() => openForm(RESERVATION_FORMS[verb].form(reserved))}
        >
          {RESERVATION_FORMS[verb].label}
        </button>
      ))}
    </span>
  )
}
