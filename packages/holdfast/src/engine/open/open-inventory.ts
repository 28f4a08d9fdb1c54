import { PolicyFailedError } from '../../model/errors.ts'
import { wrongAnswer, type Rules } from '../../rules/policies.ts'
import {
  givenOrder,
  mostStockFirst,
  type Offer,
  type SourcingStrategy,
} from '../../rules/sourcing.ts'
import { approveEverything, type TransferApprovalPolicy } from '../../model/transfer.ts'
import { recordId } from '../../model/record-id.ts'
import type { Head, Reader } from '../../store/store.ts'
import { BatchClock, type BatchClockParts } from '../clock/batch-clock.ts'
import { ownOptions } from './check-options.ts'
import { checkClock } from './clock-check.ts'
import type { Inventory } from '../inventory.ts'
import { Committer, type CommitterOptions } from '../write/committer.ts'
import { givenClock } from '../clock/given-clock.ts'
import { machineUptime } from '../clock/machine-uptime.ts'
import { OpenInventory } from './inventory-over-store.ts'
import { BELIEVE_CLOCK_AFTER_MS, KEEP_KEYS_MS, type InventoryOptions } from './options.ts'
import { randomness } from './randomness.ts'
import { StoreTime } from '../clock/store-time.ts'
import { OwnTime, type Time } from '../clock/time.ts'
import { checkWarehouses } from './warehouses.ts'
import { Notifier } from '../notifier.ts'
import { StoreFailure } from '../../store/failure.ts'
import { toldOf } from '../failures.ts'

/**
 * Opens an inventory on a store, and creates it if there is none.
 *
 * @throws InvalidInputError, InvalidQtyError for bad options
 * @throws WarehouseInUseError if a warehouse with stock was left out
 * @throws OperationalError STORE_LOCKED, STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER,
 * STORE_UNAVAILABLE, STORE_READ_ONLY, CLOCK_BEHIND
 * @example
 * const inventory = await openInventory({ store: memory(), warehouses: [{ id: 'SF', name: 'San Francisco' }] })
 */
export async function openInventory(given: InventoryOptions): Promise<Inventory> {
  const options = ownOptions(given)
  const warehouses = options.warehouses === undefined ? null : checkWarehouses(options.warehouses)
  const readOnly = options.readOnly ?? false
  const warn = warnerOf(options.onWarning)
  const open = await options.store.open({ readOnly })
  let inventory: OpenInventory | null = null
  try {
    const head = await open.reader.head()
    const time = timeOf(options, open.reader, head, warn)
    await time.refresh(0)
    if (options.allowClockBehind !== true && !readOnly) checkClock(head, time.read())
    const notifier = new Notifier()
    const { writer } = open
    const { bits, batchId, salts } = randomness(options.random)
    let durable = head
    const committerOptions: Omit<CommitterOptions, 'writer'> = {
      time,
      rules: rulesOf(options, bits),
      monotonic: () => performance.now(),
      newBatchId: batchId,
      salts,
      batchLimit: options.batchLimit ?? 1000,
      queueLimit: options.queueLimit ?? 65_536,
      cacheRecords: options.cacheRecords ?? 100_000,
      keepKeysMs: options.keepKeysMs ?? KEEP_KEYS_MS,
      onCommit: (commit) => {
        durable = commit.head
        notifier.notify()
        inventory?.committed()
      },
      onWarning: warn,
    }
    const committer =
      writer === null
        ? null
        : new Committer({ ...committerOptions, writer }, ...(await startOf(writer)))
    const known = (): Head => durable
    inventory = new OpenInventory({
      open,
      committer,
      committerOptions,
      known,
      notifier,
      time,
      options,
      warn,
    })
    if (warehouses !== null && committer !== null) await inventory.keepWarehouses(warehouses)
    return inventory
  } catch (error) {
    await (inventory ?? open).close()
    throw error instanceof StoreFailure ? toldOf(error, null) : error
  }
}

/** By the program's clock if one was given, else by the store's if it has one to share, else by our own. */
function timeOf(
  options: InventoryOptions,
  { clock: ask }: Reader,
  head: Head,
  warn: (warning: Error) => void,
): Time {
  const isStores = options.clock === undefined && ask !== null
  const believeAfterMs = options.believeClockAfterMs ?? BELIEVE_CLOCK_AFTER_MS
  const given = options.clock && givenClock(options.clock, warn)
  const wall = given ?? Date.now
  const parts: BatchClockParts = {
    wall,
    monotonic: options.monotonicClock ?? given ?? (() => performance.now()),
    uptime: options.uptimeClock ?? (isGiven(options) ? null : machineUptime),
    believeAfterMs,
    startAt: head.at,
    onJump: (jumpMs, isBelieved) => {
      const jumped = `${isStores ? "the database's" : 'the'} clock jumped by ${seconds(jumpMs)}`
      const outcome = isBelieved
        ? 'is followed now'
        : `is not followed until it has been stable for ${seconds(believeAfterMs)}`
      warn(new Error(`${jumped} and ${outcome}`))
    },
  }
  if (!isStores) return new OwnTime(new BatchClock(parts), wall, parts.monotonic)
  const onApart = (aheadMs: number): void => {
    const apart = `${seconds(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`
    warn(new Error(`this process's clock is ${apart} the database's, which is used`))
  }
  return new StoreTime({ ...parts, ask, onApart })
}

function isGiven({ clock, monotonicClock }: InventoryOptions): boolean {
  return clock !== undefined || monotonicClock !== undefined
}

function seconds(ms: number): string {
  return Math.abs(ms) < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`
}

async function startOf(
  writer: NonNullable<Awaited<ReturnType<InventoryOptions['store']['open']>>['writer']>,
) {
  const { head, warehouses } = await writer.recover()
  return [head, warehouses] as const
}

/** The shop's own policies, wrapped so that one that throws only refuses its command. */
function rulesOf(options: InventoryOptions, bits: () => number): Rules {
  const sourcing = { givenOrder, mostStockFirst, ...options.sourcing }
  return {
    newId: (seq) => recordId(seq, bits()),
    newGroup: (seq) => recordId(seq, bits()),
    transferApproval: guardedPolicy(options.transferApproval ?? approveEverything),
    sourcing: Object.fromEntries(
      Object.entries(sourcing).map(([name, strategy]) => [name, guardedStrategy(name, strategy)]),
    ),
  }
}

function guardedPolicy(policy: TransferApprovalPolicy): TransferApprovalPolicy {
  return {
    requiresApproval: (request) => {
      const answer = guarded('transferApproval', () => policy.requiresApproval(request))
      // A promise would count as true.
      if (typeof answer === 'boolean') return answer
      throw wrongAnswer('transferApproval', 'true or false', answer)
    },
  }
}

function guardedStrategy(name: string, strategy: SourcingStrategy): SourcingStrategy {
  return {
    rank: (offers, request) => {
      const ranked = guarded(name, () => strategy.rank(offers, request))
      if (Array.isArray(ranked)) return ranked as readonly Offer[]
      throw wrongAnswer(name, 'a list of offers', ranked)
    },
  }
}

function guarded(name: string, ask: () => unknown): unknown {
  try {
    return ask()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PolicyFailedError(`${name} threw: ${message}`, { policy: name })
  }
}

/** A warning that cannot be told stops nothing. */
function warnerOf(onWarning: InventoryOptions['onWarning']): (warning: Error) => void {
  if (onWarning === undefined) return emit
  const warn = async (warning: Error): Promise<void> => {
    try {
      // It may be async, whatever its type says.
      const told: unknown = onWarning(warning)
      await told
    } catch (cause) {
      emit(new Error(`onWarning failed at: ${warning.message}`, { cause }))
    }
  }
  return (warning) => void warn(warning)
}

/** As text, if Node does not know our errors for errors: under Jest they are of another realm. */
function emit(warning: Error): void {
  for (const told of [warning, `${warning.name}: ${warning.message}`]) {
    try {
      return process.emitWarning(told)
    } catch {
      // The next one, if there is one.
    }
  }
}
