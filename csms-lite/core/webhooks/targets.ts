import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Addresses that a webhook must not reach unless it is allowed to: a URL that somebody types here must not become a
 * way into this machine or its network (server-side request forgery). IANA special-purpose registries.
 */
const REFUSED = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  REFUSED.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 96],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  REFUSED.addSubnet(net, bits, 'ipv6');

/** IPv4 in an IPv6 coat: mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16). Null: none inside. */
function embeddedIpv4(address: string): string | null {
  const groups = expand(address);
  if (groups === null) return null;
  const quad = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const isNat64 = groups[0] === 0x64 && groups[1] === 0xff9b;
  if (isMapped || isNat64) return quad(groups[6], groups[7]);
  return groups[0] === 0x2002 ? quad(groups[1], groups[2]) : null;
}

/** The eight groups of an IPv6 address, as the URL parser writes it. */
function expand(address: string): number[] | null {
  let canonical: string;
  try {
    canonical = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  } catch {
    return null;
  }
  const [left = '', right] = canonical.split('::');
  const parse = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const before = parse(left);
  const after = right === undefined ? [] : parse(right);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

/** Whether an address is private, link-local, loopback or otherwise no public host. What is no address counts as one. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  switch (isIP(bare)) {
    case 4:
      return REFUSED.check(bare, 'ipv4');
    case 6: {
      const inner = embeddedIpv4(bare);
      return inner === null ? REFUSED.check(bare, 'ipv6') : REFUSED.check(inner, 'ipv4');
    }
    default:
      return true;
  }
}

/** A target that is refused, in `message` why. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

type Resolve = (host: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;
const resolveAll: Resolve = (host, done) => dnsLookup(host, { all: true }, done);

/**
 * Name resolution for the connection itself: what is checked is what is connected to, so a name that points to a
 * public address first and to a private one a moment later (DNS rebinding) gains nothing. Every address must be public.
 */
export function guardedLookup(resolve: Resolve = resolveAll): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => isPrivateAddress(address));
      const [first] = addresses;
      if (refused !== undefined || first === undefined)
        return callback(new TargetRefused(`${host} is ${refused?.address ?? 'nowhere'}, no public address`), '', 0);
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** Checks what can be seen in the URL alone. @throws TargetRefused */
export function checkTarget(url: URL, allowPrivate: boolean): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TargetRefused(`${url.protocol} is neither https: nor http:`);
  if (url.username !== '' || url.password !== '') throw new TargetRefused('a URL with a password in it');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (allowPrivate) return;
  // A literal address never goes through name resolution.
  if (isIP(host) !== 0 && isPrivateAddress(host)) throw new TargetRefused(`${host} is no public address`);
  if (/(^|\.)(localhost|local|internal)\.?$/i.test(host)) throw new TargetRefused(`${host} is a name of this network`);
}
