import { openForm } from '../frame/dialogs.tsx'
import { model } from '../live/model.ts'
import { may } from '../service/may.ts'
import { More } from './more.tsx'
import { RESERVATION_FORMS } from './reservation-forms.tsx'
import { possibleFor, type ReservationVerb, type Reserved } from './reserved.ts'

interface ReservationActionsProps {
  readonly reserved: Reserved
  readonly state: string
  /** Leaves out the rare actions, where there is little room. */
  readonly isShort?: boolean
}

/** Whether another warehouse that sells could serve it. */
function canMove({ warehouseId }: Reserved): boolean {
  return model.warehouses.value.some(({ id, sells }) => sells && id !== warehouseId)
}

const RARE: ReadonlySet<ReservationVerb> = new Set(['moveReservation', 'changeOwner'])

/** What can be done with a reservation in its state: everyday actions as buttons, the rest in the menu “More”. */
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
