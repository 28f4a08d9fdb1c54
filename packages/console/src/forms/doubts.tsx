import type { ComponentChildren } from 'preact'
import { model } from '../live/model.ts'
import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import { isBarcode } from './barcode.ts'
import type { CommandForm, Values } from './command-form.ts'
import { nearIds } from './near-ids.ts'
import { productOf, whole } from './written.ts'

/** Valid input that is probably a mistake. */
export interface Doubt {
  /** The field it concerns. */
  readonly field: string
  readonly question: ComponentChildren
  /** What may have been meant instead. */
  readonly instead: readonly string[]
  /** The label of the button that enters it anyway, if it is the only doubt. */
  readonly yes?: string
}

/** Fewer units than this are questioned only if they are a barcode. */
const FEW = 1000
const TIMES_THE_MOST = 100
const MOST_OFFERED = 3

/** What to ask before a form is sent: about every quantity, and about a product that it would create. */
export function doubtsAbout({ fields }: CommandForm, values: Values): Doubt[] {
  const found: Doubt[] = []
  for (const { name, kind, mayBeNew } of fields) {
    if (kind === 'product' && mayBeNew === true) found.push(...ofProduct(name, productOf(values)))
    if (kind === 'quantity') found.push(...ofQuantity(name, values))
  }
  return found
}

function ofProduct(field: string, id: string): Doubt[] {
  const { levels, loading } = model
  if (id === '' || levels.row(id) !== undefined) return []
  const isLoaded = loading.value.state === 'ready'
  const question = (
    <>
      <Name text={id} />{' '}
      {isLoaded
        ? 'is new: it was never in stock here. Make it?'
        : 'is not known here yet: the stock is still being loaded.'}
    </>
  )
  const instead = nearIds(id, levels.products, MOST_OFFERED)
  return [{ field, question, instead, ...(isLoaded ? { yes: 'Make it' } : {}) }]
}

function ofQuantity(field: string, values: Values): Doubt[] {
  const question = unitsInDoubt(values[field] ?? '', productOf(values))
  return question === null ? [] : [{ field, question, instead: [] }]
}

/** The question if these units are probably a mistake, or null. */
export function unitsInDoubt(written: string, id: string): ComponentChildren | null {
  const units = whole(written)
  if (Number.isNaN(units)) return null
  if (isBarcode(written.trim())) return `${number(units)} units? This looks like a barcode.`
  const { levels } = model
  const most = levels.mostOf(id)
  if (units <= FEW || units <= TIMES_THE_MOST * (most || levels.mostOfAny())) return null
  const there =
    most === 0 ? (
      'of any product'
    ) : (
      <>
        of <Name text={id} />
      </>
    )
  return (
    <>
      {number(units)} units? There were never more than {number(most || levels.mostOfAny())} {there}{' '}
      in one warehouse, as far as this page knows.
    </>
  )
}
