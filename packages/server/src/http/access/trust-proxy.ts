import { isIP } from 'node:net'

/**
 * Whose `X-Forwarded-For` is trusted: the addresses or networks of proxies, or the number of proxies in front of the
 * service.
 */
export type TrustProxy = number | readonly string[]

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 }

/** Whether it is an address, or a network like 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  return Number(bits) <= (BITS[isIP(address)] ?? -1)
}

/** The same for Fastify, which counts from the one that connects to us. */
export function believes(
  trusted: TrustProxy = [],
): string[] | ((address: string, hop: number) => boolean) | false {
  if (typeof trusted === 'number') return trusted > 0 && ((_address, hop) => hop < trusted)
  return trusted.length > 0 && [...trusted]
}
