import { Pool } from 'pg'

/** How PostgreSQL ran one statement. */
export interface Plan {
  readonly statement: string
  readonly ms: number
  readonly root: PlanNode
}

/** A node of `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)`: the fields used here. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly Operation?: string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Join Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly 'Shared Hit Blocks'?: number
  readonly 'Shared Read Blocks'?: number
  readonly Plans?: readonly PlanNode[]
}

/** Reports the plan of every statement, as the store sends it, with its values and settings. */
const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_level': 'notice',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
}

/** A watched pool of the store. Requires a superuser, as the tests' own server has. */
export class Watched {
  readonly pool: Pool
  #plans: Plan[] = []

  constructor(connectionString: string) {
    const options = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`)
    this.pool = new Pool({ connectionString, options: options.join(' ') })
    this.pool.on('error', () => undefined)
    this.pool.on('connect', (client) => {
      client.on('notice', ({ message }) => this.#told(message ?? ''))
    })
  }

  /** Runs something, and returns what ran meanwhile: for each statement the run that read most. */
  async during(work: () => Promise<unknown>): Promise<Plan[]> {
    this.#plans = []
    await work()
    const greatest = new Map<string, Plan>()
    for (const plan of this.#plans) {
      const known = greatest.get(plan.statement)
      const isGreater = known === undefined || pagesOf(known) < pagesOf(plan)
      if (isGreater) greatest.set(plan.statement, plan)
    }
    return [...greatest.values()]
  }

  #told(message: string): void {
    const [, ms, json] = /^duration: ([\d.]+) ms {2}plan:\n(.*)$/s.exec(message) ?? []
    if (json === undefined) return
    const { 'Query Text': statement, Plan: root } = JSON.parse(json) as {
      'Query Text': string
      Plan: PlanNode
    }
    // Random for each transaction.
    const alike = statement.replace(/(?<=advisory_xact_lock\()\d+/, '…')
    this.#plans.push({ statement: alike, ms: Number(ms), root })
  }
}

/** The node and all below it. */
export function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node
  for (const child of node.Plans ?? []) yield* nodesOf(child)
}

/** Rows of tables and indexes that were read in vain. */
export function inVain(node: PlanNode): number {
  const each =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0)
  return each * (node['Actual Loops'] ?? 1)
}

/** Pages of 8 KiB that the statement read, repeated reads included. */
export function pagesOf({ root }: Plan): number {
  return (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0)
}

/** One line per node: its type, its index, how often it ran, and its result. */
export function outline(root: PlanNode): string {
  const lines: string[] = []
  const add = (node: PlanNode, depth: number): void => {
    lines.push('  '.repeat(depth) + lineOf(node))
    for (const child of node.Plans ?? []) add(child, depth + 1)
  }
  add(root, 0)
  return lines.join('\n')
}

function lineOf(node: PlanNode): string {
  const kind = node.Operation ?? node['Node Type']
  const table = node['Relation Name'] === undefined ? '' : ` ${node['Relation Name']}`
  const index = node['Index Name'] === undefined ? '' : ` by ${node['Index Name']}`
  const wanted = (node['Index Cond'] ?? '').replaceAll(/\s+/g, ' ')
  const condition =
    wanted === '' ? '' : ` ${wanted.length > 90 ? `${wanted.slice(0, 90)} …` : wanted}`
  const [rows, loops] = [node['Actual Rows'] ?? 0, node['Actual Loops'] ?? 1]
  if (loops === 0) return `${kind}${table}${index}: never`
  const vain = inVain(node) === 0 ? '' : `, ${inVain(node)} in vain`
  return `${kind}${table}${index}${condition}: ${rows} rows${loops > 1 ? ` × ${loops}` : ''}${vain}`
}
