import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'

const PRIVATE = new BlockList()
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(address, bits, 'ipv4')
for (const [address, bits] of [
  ['::', 96], // unspecified, loopback, and IPv4 in its oldest disguise
  ['64:ff9b::', 96], // NAT64: an IPv4 address inside
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23], // Teredo among others
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address inside
  ['fc00::', 7],
  ['fe80::', 9], // link-local, and the site-local that came before fc00::
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(address, bits, 'ipv6')

/** Whether an address is one of the open internet; IPv4 inside of IPv6 (::ffff:…) is looked through. */
export function isPublic(address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  return !PRIVATE.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/**
 * Resolves a name for one connection, and refuses where any of its addresses is private: the address
 * that was looked at is the one that is connected to, so that no second answer of the DNS slips in.
 */
export function publicLookup(name: string, options: LookupOptions, done: Answer): void {
  resolve(name, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      done(error, '')
      return
    }
    const [first] = addresses
    if (first === undefined || addresses.some(({ address }) => !isPublic(address)))
      done(new PrivateAddressError(name), '')
    else if (options.all === true) done(null, addresses)
    else done(null, first.address, first.family)
  })
}

export class PrivateAddressError extends Error {
  constructor(name: string) {
    super(`${name} is not on the open internet`)
  }
}
