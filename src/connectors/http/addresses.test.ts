import { describe, expect, it } from 'vitest';
import { RefusedTarget, assertCallable, guardedLookup, isPrivateAddress } from './addresses.ts';

describe('an address counts as private', () => {
  it.each([
    '127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255',
    '::1', '::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'ff02::1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '64:ff9b::192.168.0.1', '2002:c0a8:0101::1',
  ])('%s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])('but not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('a call is refused before anything is sent', () => {
  it.each([
    'http://api.example.com', 'ftp://api.example.com', 'file:///etc/passwd', 'https://10.0.0.8/', 'https://169.254.169.254/latest', 'http://2852039166/',
    'https://[fd00::1]/', 'https://[::ffff:192.168.0.1]/', 'http://0.0.0.0:80/',
  ])('to %s', (url) => {
    expect(() => { assertCallable(new URL(url), []); }).toThrow(RefusedTarget);
  });

  it.each(['https://api.example.com', 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://8.8.8.8'])('but not to %s', (url) => {
    expect(() => { assertCallable(new URL(url), []); }).not.toThrow();
  });

  it.each(['http://twenty:3000', 'http://10.0.0.8:3000', 'https://TWENTY/'])('nor to %s once the host is named', (url) => {
    expect(() => { assertCallable(new URL(url), ['twenty', '10.0.0.8']); }).not.toThrow();
  });
});

describe('a name is looked up once and', () => {
  const look = (name: string, allowInsecure: readonly string[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      guardedLookup(allowInsecure)(name, { all: true }, (error, found) => {
        if (error) reject(error);
        else resolve(found);
      });
    });

  it('localhost may lead to loopback', async () => {
    const found = await look('localhost', []);
    expect(found).toEqual(expect.arrayContaining([expect.objectContaining({ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) as unknown })]));
  });

  it('another name that leads into a private network is refused', async () => {
    // An address as a name resolves to itself, so it stands for a name with that entry in DNS.
    await expect(look('10.0.0.1', [])).rejects.toThrow(RefusedTarget);
  });

  it('a named host may', async () => {
    await expect(look('10.0.0.1', ['10.0.0.1'])).resolves.toEqual([{ address: '10.0.0.1', family: 4 }]);
  });
});
