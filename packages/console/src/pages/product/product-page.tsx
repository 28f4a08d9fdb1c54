import { refine, route } from '../../frame/route.ts'
import { Actions } from '../../forms/actions.tsx'
import { model } from '../../live/model.ts'
import { isAboutProduct, useLive } from '../../live/use-live.ts'
import { may } from '../../service/may.ts'
import { History } from './history.tsx'
import { Levels } from './levels.tsx'
import { OpenHolds } from './open-holds.tsx'

/** Everything about one product: its levels, its history, its holds. */
export function ProductPage() {
  const { id: productId, query } = route.value
  const version = useLive(isAboutProduct(productId))
  const { value: warehouses } = model.warehouses
  const { state } = model.loading.value
  const { levels } = model
  const row = levels.row(productId)
  const known = warehouses.filter((_, index) =>
    row === undefined ? false : levels.exists(row * levels.width + index),
  )
  const asked = query.get('warehouse')
  const chosen = known.find(({ id }) => id === asked) ?? known[0]
  return (
    <>
      <div class="title-line">
        <h1>
          <bdi>{productId}</bdi>
        </h1>
        <Actions
          verbs={['addStock', 'removeStock', 'countStock', 'transfer', 'reserve']}
          productId={productId}
          {...(chosen === undefined ? {} : { warehouseId: chosen.id })}
        />
      </div>
      {state === 'loading' && <p class="empty">Loading stock…</p>}
      {state === 'ready' && chosen === undefined && (
        <p class="empty">
          There has never been any of this product.
          {may('addStock') && (
            <>
              {' '}
              Take in the first with <em>Receive</em>.
            </>
          )}
        </p>
      )}
      {state !== 'loading' && chosen !== undefined && (
        <>
          <Levels productId={productId} version={version} />
          <OpenHolds productId={productId} version={version} />
          {known.length > 1 && (
            <fieldset class="choice">
              <legend class="unseen">Warehouse to look into</legend>
              {known.map(({ id, name }) => (
                <label key={id}>
                  <input
                    type="radio"
                    name="warehouse"
                    checked={id === chosen.id}
                    onChange={() => refine({ warehouse: id })}
                  />
                  <bdi>{name}</bdi>
                </label>
              ))}
            </fieldset>
          )}
          <History key={chosen.id} productId={productId} warehouseId={chosen.id} />
        </>
      )}
    </>
  )
}
