import { Argument, InvalidArgumentError } from 'commander'
import { isTime } from 'holdfast/model'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { UsageError } from '../failure.ts'
import { duration } from '../flags/duration.ts'
import { json } from '../output/json.ts'
import { print, say } from '../output/streams.ts'
import { table } from '../output/table.ts'
import { addVerb, optional } from '../verb.ts'
import { ROLES, type Role } from '../../http/access/roles.ts'
import { TOKENS } from './token-table.ts'
import { tokensOf, type ShownToken } from './token-store.ts'

interface Flags {
  readonly role?: Role
  readonly name?: string
  readonly expires?: number
}

/** What each action takes. */
const TAKES = {
  create: ['role', 'name', 'expires'],
  list: [],
  revoke: ['id'],
} as const
type Action = keyof typeof TAKES

const MORE = `A token is shown once and stored as a hash. Roles: reader reads; shop also
reserves, confirms, releases and extends; operator also moves stock; admin may
do everything. A file that is being served takes no second writer: use --url.

Examples:
  holdfast token create --role shop --name checkout --expires 90d
  holdfast token revoke 9aafa374d880dc46
  holdfast token list --url http://127.0.0.1:4680`

export function addToken(line: CommandLine): void {
  addVerb<Flags>(
    line,
    {
      name: 'token',
      group: 'Service:',
      summary: 'Make, list and revoke tokens',
      args: [
        new Argument('<action>', 'what to do').choices(Object.keys(TAKES)),
        new Argument('[id]', 'which one to revoke'),
      ],
      flags: [
        optional('--role <role>', 'what its owner may do').choices([...ROLES]),
        optional('--name <text>', 'whose token it is: the actor in the trail (else the role)'),
        optional('--expires <time>', 'when it expires, like 90d').argParser(lifetime),
      ],
      more: MORE,
    },
    async ({ target, json: asJson, flags, args: [action, id] }) => {
      mustTake(action as Action, id, flags)
      const tokens = tokensOf(target)
      if (action === 'create') {
        const { role, name = role, expires } = flags
        if (role === undefined || name === undefined) throw new UsageError('--role is missing')
        const expiresAt = expires === undefined ? null : Date.now() + expires
        const made = await tokens.create({ role, name, expiresAt })
        await print(asJson ? json(made) : made.token)
        if (!asJson) say(`${role} token ${made.id} for ${name}: it is not shown again`)
      } else if (action === 'revoke') {
        if (id === undefined) throw new UsageError('which token? holdfast token revoke ID')
        await show([await tokens.revoke(id)], asJson)
      } else await show(await tokens.list(), asJson)
      return EXIT.done
    },
  )
}

/** What an action would ignore is a mistake. @throws UsageError */
function mustTake(action: Action, id: string | undefined, flags: Flags): void {
  const takes: readonly string[] = TAKES[action]
  if (id !== undefined && !takes.includes('id')) throw new UsageError(`token ${action} takes no id`)
  const other = Object.keys(flags).find((flag) => !takes.includes(flag))
  if (other !== undefined) throw new UsageError(`token ${action} takes no --${other}`)
}

/** @throws InvalidArgumentError if the token would have expired already, or at no time that there is */
function lifetime(text: string): number {
  const ms = duration(text)
  if (ms === 0) throw new InvalidArgumentError('It must be more than 0.')
  if (!isTime(Date.now() + ms)) throw new InvalidArgumentError('It is too long.')
  return ms
}

async function show(tokens: readonly ShownToken[], asJson: boolean): Promise<void> {
  if (asJson) await print(json({ items: tokens }))
  else if (tokens.length === 0) say('none')
  else await print(table(TOKENS, tokens))
}
