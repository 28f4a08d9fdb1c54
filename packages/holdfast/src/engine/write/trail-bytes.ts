import type { Metadata } from '../../model/audit-entry.ts'
import type { CommandDefinition } from '../../model/commands/command.ts'
import {
  COMMANDS,
  SINGLE_VERBS,
  type Command,
  type CommandOf,
  type ListedCommand,
  type SingleVerb,
} from '../../model/commands/commands.ts'
import { jsonBytes, metadataBytes } from '../../model/json-bytes.ts'
import { LIMITS } from '../../model/limits.ts'

/** An entry without the caller's texts: its type, numbers, ids of records and times. */
export const ENTRY_BYTES = 200

type Said = Pick<Command, 'actor' | 'metadata' | 'group' | 'reference'>

/** What a list shares with its commands counts for each of them, but is measured once. */
let shared: { readonly metadata: Metadata; readonly bytes: number } | null = null

/**
 * About the most bytes that a checked command's entries take in the trail: each contains metadata, actor and the
 * command's own texts. A split order has an entry for each warehouse that may serve: `warehouses` if it names none.
 */
export function trailBytes(command: Command, warehouses: number): number {
  const key = command.idempotencyKey === undefined ? 0 : jsonBytes(command.idempotencyKey)
  if (command.verb !== 'atomically') return key + bytesOf(command, command, warehouses)
  let bytes = key
  for (const inner of command.commands) bytes += bytesOf(inner, command, warehouses)
  return bytes
}

function bytesOf(command: ListedCommand, list: Said, warehouses: number): number {
  let each = ENTRY_BYTES
  const { actor = list.actor, metadata = list.metadata } = command
  const { group = list.group, reference = list.reference } = command
  if (group !== undefined) each += jsonBytes(group)
  if (reference !== undefined) each += jsonBytes(reference.type) + jsonBytes(reference.id)
  if (actor !== undefined) each += jsonBytes(actor)
  if (metadata !== undefined) each += bytesOfMetadata(metadata)
  each += ownTextBytes(command)
  return each * entriesOf(command, warehouses)
}

function bytesOfMetadata(metadata: Metadata): number {
  if (shared?.metadata !== metadata) shared = { metadata, bytes: metadataBytes(metadata) }
  return shared.bytes
}

/** Without the expired holds recorded on the way: they have no metadata. */
function entriesOf(command: ListedCommand, warehouses: number): number {
  const definition: CommandDefinition = COMMANDS[command.verb]
  const entries = definition.entries ?? 1
  if (typeof entries === 'number') return entries
  if (entries === 'two if it replaces')
    return (command as CommandOf<'reserve'>).replaces === undefined ? 1 : 2
  if (entries === 'four for each taken along') {
    const { reservations = [] } = command as CommandOf<'transfer'>
    return 2 + 4 * reservations.length
  }
  // How many there are is not known before it is decided.
  if (entries === 'one for each hold') return LIMITS.holdsAtOnce
  const { qty, warehouseOrder } = command as CommandOf<'fulfillAcrossWarehouses'>
  return Math.max(1, Math.min(qty, warehouseOrder?.length ?? warehouses))
}

const TEXTS: ReadonlyMap<SingleVerb, readonly string[]> = new Map(
  SINGLE_VERBS.map((verb) => {
    const { fields }: CommandDefinition = COMMANDS[verb]
    return [verb, Object.keys(fields).filter((name) => fields[name]!.schema['type'] === 'string')]
  }),
)

/** Bytes of the command's own texts, as JSON. A result of a list in place of an id is not a text. */
function ownTextBytes(command: ListedCommand): number {
  const fields = command as unknown as Readonly<Record<string, unknown>>
  let bytes = 0
  for (const name of TEXTS.get(command.verb)!) {
    const text = fields[name]
    if (typeof text === 'string') bytes += jsonBytes(text)
  }
  return bytes
}
