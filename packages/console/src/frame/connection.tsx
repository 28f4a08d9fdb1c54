import { model } from '../live/model.ts'
import { isLive, lostAt } from '../service/client.ts'
import { tick } from '../service/tick.ts'
import { overview } from '../service/overview.ts'
import { moment } from '../text/times.ts'
import { number } from '../text/numbers.ts'
import { failure } from './failure.ts'

/** A shorter loss of connection is not worth mentioning. */
const PATIENCE_MS = 1500

/** What is wrong between this page and the service, and what to do about it; nothing if all is well. */
export function Connection() {
  return (
    <div role="status" class="connection">
      <Trouble />
    </div>
  )
}

function Trouble() {
  const { value: loading } = model.loading
  if (failure.value !== null) {
    return (
      <p class="notice bad">
        <strong>The service does not answer.</strong> Is <code>holdfast serve</code> running, and
        the network there? This page keeps trying, and goes on by itself.
      </p>
    )
  }
  if (loading.state === 'failed') {
    return (
      <p class="notice bad">
        <strong>The stock could not be loaded:</strong> <bdi>{loading.why}</bdi>. This page tries
        again by itself; the service’s log may say more.
      </p>
    )
  }
  if (loading.state === 'loading' && loading.levels > 5000) {
    return <p class="notice">Loading stock: {number(loading.levels)} levels so far…</p>
  }
  if (overview.value?.readOnly === true) {
    return (
      <p class="notice bad">
        <strong>The store refuses writes.</strong> Everything can be looked at, nothing changed. The
        service’s log says why.
      </p>
    )
  }
  const { value: since } = lostAt
  void tick.value
  if (loading.state === 'ready' && !isLive.value && since !== null) {
    if (Date.now() - since < PATIENCE_MS) return null
    return (
      <p class="notice bad">
        <strong>Disconnected since {moment(since)}.</strong> What you see is as it was then. This
        page reconnects by itself and misses nothing; if it takes long, see whether the service
        runs.
      </p>
    )
  }
  return null
}
