import { InvalidInputError } from '../../../model/errors.ts'
import { invalid } from '../../../model/limits.ts'

const AUTHORITY = /^postgres(?:ql)?:\/\/[^/?#]*/i

/**
 * Refuses a connection string that `pg` would take apart elsewhere than its author meant: with a / ? or # in the
 * password, what is before it becomes the host, which messages and logs show. An @ after the host tells.
 * @throws InvalidInputError
 * @example
 * checkConnectionString('postgres://shop:p%40ss@db.internal/shop')
 */
export function checkConnectionString(text: unknown, field = 'connectionString'): void {
  if (typeof text !== 'string') throw invalid(field, 'must be a connection string')
  if (!/^postgres(?:ql)?:/i.test(text)) return
  // Without a host it is one to `pg`, which then takes the socket's folder from the parameters.
  const parses = URL.canParse(text.replace('@/', '@host/'))
  if (parses && !text.replace(AUTHORITY, '').includes('@')) return
  throw new InvalidInputError(
    'the connection string does not parse: percent-encode what is in the password (@ is %40, / is %2F, # is %23, ? is %3F)',
    { field },
  )
}
