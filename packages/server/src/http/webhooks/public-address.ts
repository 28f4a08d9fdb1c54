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
  ['2001::', 23], // Teredo among others
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address inside
  ['3fff::', 20], // for documentation
] as const)
  PRIVATE.addSubnet(address, bits, 'ipv6')

/** Whether an address is on the open internet; IPv4 inside IPv6 (::ffff:…) is checked as IPv4. */
export function isPublic(address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  if (version === 6 && !isGlobalUnicast(address)) return false
  return !PRIVATE.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Public IPv6 is 2000::/3; everything else is special (NAT64, IPv4-translated, segment routing, local, multicast …) or
 * unassigned. IPv4 in IPv6 is not IPv6 here.
 */
function isGlobalUnicast(address: string): boolean {
  if (!URL.canParse(`http://[${address}]`)) return false // with a zone
  const { hostname } = new URL(`http://[${address}]`)
  return /^\[([23][0-9a-f]{3}:|::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}\])/.test(hostname)
}

type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/**
 * Resolves a name for one connection, and fails if any of its addresses is private. The connection uses the address that
 * was checked, so a second answer of the DNS cannot change it.
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

class PrivateAddressError extends Error {
  constructor(name: string) {
    super(`${name} is not on the open internet`)
  }
}
