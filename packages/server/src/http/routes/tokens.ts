import type { FastifyInstance } from 'fastify'
import { LATEST, PLAIN } from 'holdfast/model'
import { integer, list, object, optional, raw, string } from '../schemas/schema.ts'
import { isRole, ROLES } from '../access/roles.ts'
import { onceOf } from './once-of.ts'
import { HttpProblem } from '../problems/http-problem.ts'
import { Time } from '../schemas/fields.ts'
import type { TokenRegistry } from '../tokens/registry.ts'
import { LONGEST_NAME, type StoredToken } from '../tokens/stored-token.ts'

const Role = raw({ type: 'string', enum: [...ROLES] })
const Name = string({
  minLength: 1,
  maxLength: LONGEST_NAME,
  pattern: PLAIN,
  description: 'Whose token it is: the actor in the trail',
})
const timeOrNull = raw({ type: ['integer', 'null'] })

const fields = {
  id: string(),
  name: Name,
  role: Role,
  createdAt: Time,
  expiresAt: timeOrNull,
  revokedAt: timeOrNull,
}
const Token = object(fields, { title: 'Token', additionalProperties: false })
const CreatedToken = object(
  { ...fields, token: string({ description: 'Shown only once, stored nowhere' }) },
  { title: 'CreatedToken', additionalProperties: false },
)
const Body = object(
  {
    name: Name,
    role: Role,
    expiresAt: optional(integer({ minimum: 1, maximum: LATEST })),
  },
  { title: 'TokenBody', additionalProperties: false },
)
const Nothing = object({}, { additionalProperties: false })
const params = object({ tokenId: string() }, { additionalProperties: false })

/** Makes, lists and revokes tokens. Every process knows of it within two seconds. */
export function tokenRoutes(app: FastifyInstance, tokens: TokenRegistry): void {
  app.post<{ Body: { name: string; role: string; expiresAt?: number } }>(
    '/v1/tokens',
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'createToken',
        summary: 'Make a token',
        body: Body,
        response: { 201: CreatedToken },
      },
    },
    async (request, reply) => {
      const { name, role, expiresAt = null } = request.body
      const { key, onReplay } = onceOf(request, reply)
      if (!isRole(role)) throw new HttpProblem('FORBIDDEN')
      const { token, stored } = await tokens.create({ name, role, expiresAt }, key, onReplay)
      return reply.code(201).send({ ...shown(stored), token })
    },
  )
  app.get(
    '/v1/tokens',
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'listTokens',
        summary: 'All tokens, without their secrets',
        querystring: Nothing,
        response: {
          200: object({ items: list(Token) }, { title: 'TokenList', additionalProperties: false }),
        },
      },
    },
    () => ({ items: tokens.list().map(shown) }),
  )
  app.delete<{ Params: { tokenId: string } }>(
    '/v1/tokens/:tokenId',
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'revokeToken',
        summary: 'Revoke a token',
        params,
        refusals: ['NOT_FOUND'],
        response: { 200: Token },
      },
    },
    async ({ params: { tokenId } }) => {
      const token = await tokens.revoke(tokenId)
      if (token === null) throw new HttpProblem('NOT_FOUND', 'there is no such token')
      return shown(token)
    },
  )
}

/** Without its hash, and whatever else may be stored one day. */
function shown({ id, name, role, createdAt, expiresAt, revokedAt }: StoredToken): object {
  return { id, name, role, createdAt, expiresAt, revokedAt }
}
