import { OperationalError } from '../../model/operational-error.ts'
import { StoreFailure } from '../../store/failure.ts'
import type { OpenStore, Rebuilding, Store } from '../../store/store.ts'
import { toldOf } from '../failures.ts'
import { Found } from './log-fold.ts'
import type { Rebuilt } from './write-state.ts'

interface Anew {
  /** What becomes of the inventory, for messages. */
  readonly what: 'rebuilt' | 'copied'
  readonly signal: AbortSignal | undefined
  /** Throws if the store must stay as it is. */
  readonly before?: (open: OpenStore) => Promise<void>
  readonly work: (rebuilding: Rebuilding, open: OpenStore) => Promise<Rebuilt>
}

/** Lets `work` write a state in one transaction, of which nothing remains if it fails. @throws OperationalError */
export async function writeAnew(store: Store, anew: Anew): Promise<Rebuilt> {
  const open = await store.open({ readOnly: false })
  try {
    await anew.before?.(open)
    const rebuilding = await open.writer!.rebuild()
    let rebuilt: Rebuilt
    try {
      rebuilt = await anew.work(rebuilding, open)
      await rebuilding.finish()
    } catch (error) {
      // Closing the store abandons it anyway.
      await rebuilding.abandon().catch(() => undefined)
      throw error
    }
    await postAll(open, anew.signal)
    return rebuilt
  } catch (error) {
    if (error instanceof StoreFailure) throw toldOf(error, null)
    if (!(error instanceof Found)) throw error
    const message = `nothing was ${anew.what}, because the log is damaged: ${error.message}`
    throw new OperationalError('STORE_DAMAGED', message, { cause: error })
  } finally {
    await open.close()
  }
}

/** What reads find records by. It may fail: what is missing is written when the inventory is opened. */
async function postAll({ postings }: OpenStore, signal: AbortSignal | undefined): Promise<void> {
  if (postings === null) return
  try {
    while ((await postings.extend(signal)) !== null);
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
  }
}
