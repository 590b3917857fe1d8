import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * The address a request comes from. Each trusted proxy appends the address it sees to X-Forwarded-For, so the client stands
 * that many places from the end; anything before it is the client's own claim. Without enough entries the socket counts.
 */
export function clientAddress(incoming: IncomingMessage, trustedProxies: number): string {
  const socketAddress = plain(incoming.socket.remoteAddress ?? '');
  const forwarded = incoming.headers['x-forwarded-for'];
  if (trustedProxies <= 0 || typeof forwarded !== 'string') return socketAddress;
  const claimed = plain(forwarded.split(',').at(-trustedProxies)?.trim() ?? '');
  return isIP(claimed) === 0 ? socketAddress : claimed;
}

/** What counts as one sender for a rate: an IPv4 address, or the /64 network that one IPv6 customer has. */
export function addressGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** Node shows IPv4 peers of a dual-stack socket as ::ffff:a.b.c.d. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
