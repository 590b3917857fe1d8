import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressGroup, clientAddress } from './address.ts';

const requestOf = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test.each([
  ['the socket counts when no proxy is trusted', requestOf('192.0.2.1', '203.0.113.9'), 0, '192.0.2.1'],
  ['one proxy appended the client', requestOf('192.0.2.1', '203.0.113.9'), 1, '203.0.113.9'],
  ['what the client claims before it is not believed', requestOf('192.0.2.1', '198.51.100.7, 203.0.113.9'), 1, '203.0.113.9'],
  ['two proxies', requestOf('192.0.2.1', '198.51.100.7, 203.0.113.9, 192.0.2.2'), 2, '203.0.113.9'],
  ['too few entries', requestOf('192.0.2.1', '203.0.113.9'), 2, '192.0.2.1'],
  ['no address', requestOf('192.0.2.1', 'unknown'), 1, '192.0.2.1'],
  ['IPv4 on a dual-stack socket', requestOf('::ffff:192.0.2.1'), 0, '192.0.2.1'],
])('%s', (_, request, proxies, expected) => {
  expect(clientAddress(request, proxies)).toBe(expected);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:2::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('%s counts as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
