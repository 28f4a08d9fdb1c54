import { openForm } from '../frame/dialogs.tsx'
import { may } from '../service/may.ts'
import { STOCK_FORMS, type StockVerb } from './stock-forms.tsx'

interface ActionsProps {
  readonly verbs: readonly StockVerb[]
  readonly productId?: string
  readonly warehouseId?: string | undefined
  /** In a row of a table. */
  readonly isSmall?: boolean
}

/** Buttons for what the reader may do with stock. Each opens a form, filled in for the current page. */
export function Actions({ verbs, productId = '', warehouseId, isSmall = false }: ActionsProps) {
  const allowed = verbs.filter(may)
  if (allowed.length === 0) return null
  return (
    <p class={isSmall ? 'actions small' : 'actions'}>
      {allowed.map((verb) => (
        <button
          key={verb}
          type="button"
          onClick={() => openForm(STOCK_FORMS[verb].form({ productId, warehouseId }))}
        >
          {STOCK_FORMS[verb].label}
        </button>
      ))}
    </p>
  )
}
