import type { FastifyRequest, preValidationHookHandler } from 'fastify'

/** `POST …/release` without a body means `{}`; a body `null` is a wrong one. */
export const emptyBodyIsEmpty: preValidationHookHandler = (
  request: FastifyRequest,
  _reply,
  done,
) => {
  if (request.body === undefined) request.body = {}
  done()
}
