import { openForm } from '../frame/dialogs.tsx'
import { model } from '../live/model.ts'
import { may } from '../service/may.ts'
import { More } from './more.tsx'
import { RESERVATION_FORMS } from './reservation-forms.tsx'
import { possibleFor, type ReservationVerb, type Reserved } from './reserved.ts'

interface ReservationActionsProps {
  readonly reserved: Reserved
  readonly state: string
  /** Where there is little room: without what is done with few of them. */
  readonly isShort?: boolean
}

/** Another warehouse that sells can serve it. */
function canMove({ warehouseId }: Reserved): boolean {
  return model.warehouses.value.some(({ id, sells }) => sells && id !== warehouseId)
}

/** What is done with few of them. */
const RARE: ReadonlySet<ReservationVerb> = new Set(['moveReservation', 'changeOwner'])

/** What may be done with a reservation as it stands: what is done every day at hand, the rest behind “More”. */
export function ReservationActions({ reserved, state, isShort = false }: ReservationActionsProps) {
  const verbs = possibleFor(reserved, state).filter(
    (verb) => may(verb) && (verb !== 'moveReservation' || canMove(reserved)),
  )
  if (verbs.length === 0) return null
  const rare = isShort ? [] : verbs.filter((verb) => RARE.has(verb))
  const button = (verb: ReservationVerb) => {
    const { label, form } = RESERVATION_FORMS[verb]
    return (
      <button key={verb} type="button" onClick={() => openForm(form(state)(reserved))}>
        {label(state)}
      </button>
    )
  }
  return (
    <span class="actions small">
      {verbs.filter((verb) => !RARE.has(verb)).map(button)}
      {rare.length > 1 ? <More>{rare.map(button)}</More> : rare.map(button)}
    </span>
  )
}
