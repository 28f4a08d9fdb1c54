import type { FastifyRequest, preValidationHookHandler } from 'fastify'

/** `POST …/release` without a body means `{}`; a body that says `null` is one, and a wrong one. */
export const emptyBodyIsEmpty: preValidationHookHandler = (
  request: FastifyRequest,
  _reply,
  done,
) => {
  if (request.body === undefined) request.body = {}
  done()
}
