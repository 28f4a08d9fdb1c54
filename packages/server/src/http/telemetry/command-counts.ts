import { Histogram } from 'holdfast'
import { LastMinute } from './last-minute.ts'
import { LastRefusals } from './last-refusals.ts'

export type CommandOutcome = 'done' | 'refused' | 'failed'

/** Upper bounds of the histogram, in seconds. */
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30]
/** Failures of the store. */
const OF_THE_STORE: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'COMMIT_UNKNOWN'])
const SIZES = [1, 10, 50, 100, 200, 500, 1000]

/** Counts commands over HTTP by outcome. Each command of a list counts. */
export class CommandCounts {
  readonly outcomes = new Map<string, Map<CommandOutcome, number>>()
  readonly refusals = new Map<string, number>()
  /** From the request's arrival at the engine to its durable answer, in seconds. */
  readonly latency = new Histogram(STEPS)
  /** Commands per request. */
  readonly sizes = new Histogram(SIZES)
  readonly lastMinute = new LastMinute()
  readonly lastRefusals = new LastRefusals()
  readonly since = Date.now()
  commands = 0
  /** Whether the store failed a command and has executed none since. */
  storeFails = false

  answered(verb: string, outcome: CommandOutcome, code?: string): void {
    this.commands++
    if (outcome === 'done') this.storeFails = false
    else if (code !== undefined && OF_THE_STORE.has(code)) this.storeFails = true
    this.lastMinute.add()
    let ofVerb = this.outcomes.get(verb)
    if (ofVerb === undefined) this.outcomes.set(verb, (ofVerb = new Map<CommandOutcome, number>()))
    ofVerb.set(outcome, (ofVerb.get(outcome) ?? 0) + 1)
    if (code !== undefined) this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
  }
}
