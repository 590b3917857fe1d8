import { lookup as resolve } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** A target that our own rules refuse. It is thrown before a byte is sent. */
export class RefusedTarget extends Error {
  override readonly name = 'RefusedTarget';
}

/**
 * Refuses a URL that must not be called: any scheme but https (http only for loopback and for hosts named in
 * `allowInsecure`), and addresses written as numbers that lie in a private network. Throws `RefusedTarget`.
 */
export function assertCallable(url: URL, allowInsecure: readonly string[]): void {
  const host = hostOf(url);
  const trusted = isLoopbackHost(host) || isNamed(host, allowInsecure);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && trusted)) {
    throw new RefusedTarget(`${host} may only be called over https; name it in allowInsecure to call it over http`);
  }
  if (isIP(host) !== 0 && !trusted && isPrivateAddress(host)) {
    throw new RefusedTarget(`${host} is a private address; name it in allowInsecure to call it`);
  }
}

/**
 * A name lookup for sockets that hands out only addresses a call may go to. What it checked is what the socket connects
 * to, so a name that answers differently the second time gains nothing.
 */
export function guardedLookup(allowInsecure: readonly string[]): LookupFunction {
  return (hostname, options, callback) => {
    const name = hostname.toLowerCase();
    resolve(hostname, { all: true, family: options.family, hints: options.hints })
      .then((found) => {
        const usable = found.filter(({ address }) => mayConnect(name, address, allowInsecure));
        const first = usable[0];
        if (first === undefined) throw new RefusedTarget(`${name} leads to a private address; name it in allowInsecure to call it`);
        if (options.all === true) callback(null, usable);
        else callback(null, first.address, first.family);
      })
      .catch((error: unknown) => {
        callback(error as NodeJS.ErrnoException, options.all === true ? [] : '');
      });
  };
}

/** True for loopback, private, link-local, shared, multicast and reserved addresses, also when written inside an IPv6 address. */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 4) return closed.check(address, 'ipv4');
  const inner = embeddedIpv4(address);
  if (inner !== undefined) return closed.check(inner, 'ipv4');
  return closed.check(address, 'ipv6');
}

function mayConnect(name: string, address: string, allowInsecure: readonly string[]): boolean {
  if (isNamed(name, allowInsecure)) return true;
  if (isLoopbackHost(name)) return isLoopbackAddress(address);
  return !isPrivateAddress(address);
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function isNamed(host: string, allowInsecure: readonly string[]): boolean {
  return allowInsecure.some((name) => name.toLowerCase() === host);
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && isLoopbackAddress(host));
}

function isLoopbackAddress(address: string): boolean {
  return isIP(address) === 4 ? address.startsWith('127.') : address === '::1';
}

/** The IPv4 address inside a mapped (::ffff:a.b.c.d), translated (64:ff9b::) or 6to4 (2002:) address. */
function embeddedIpv4(address: string): string | undefined {
  const groups = ipv6Groups(address);
  if (groups === undefined) return undefined;
  const [a, b, c, d, e, f, g, h] = groups as [number, number, number, number, number, number, number, number];
  const high = a === 0 && b === 0 && c === 0 && d === 0;
  if (high && ((e === 0 && f === 0xffff) || (e === 0xffff && f === 0))) return quad(g, h);
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return quad(g, h);
  if (a === 0x2002) return quad(b, c);
  return undefined;
}

function quad(high: number, low: number): string {
  return `${String(high >> 8)}.${String(high & 255)}.${String(low >> 8)}.${String(low & 255)}`;
}

/** The eight groups of an IPv6 address; the URL parser spells any notation out in hexadecimal. */
function ipv6Groups(address: string): readonly number[] | undefined {
  const bare = address.split('%')[0] ?? '';
  if (isIP(bare) !== 6) return undefined;
  const canonical = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [left = '', right] = canonical.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

const closed = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) closed.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [['::', 128], ['::1', 128], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8]] as const) {
  closed.addSubnet(network, prefix, 'ipv6');
}
