import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { companyDomainForWrite, companyHost, storedLink } from './company-host.ts';

describe('one company is behind', () => {
  it.each([
    'dup.test', 'DUP.test', 'http://dup.test', 'https://dup.test', 'https://dup.test/', 'HTTPS://WWW.Dup.TEST/', 'www.dup.test', 'https://www.dup.test',
    'https://dup.test/about?x=1#y', 'dup.test/about', 'dup.test:8080', ' dup.test ', 'https://user@dup.test/', 'dup.test.',
  ])('%s', (stored) => {
    expect(companyHost(stored)).toBe('dup.test');
  });

  it('an accented host and its ASCII form', () => {
    expect(companyHost('https://exämple.test')).toBe(companyHost('xn--exmple-cua.test'));
  });

  it('but not behind another host', () => {
    expect(['shop.dup.test', 'dup.test.example', 'mydup.test', 'www.test', ''].map(companyHost)).toEqual(['shop.dup.test', 'dup.test.example', 'mydup.test', 'www.test', '']);
  });
});

it('the domain of a new company has the form Twenty writes itself', () => {
  expect(companyDomainForWrite('WWW.Newbiz-Echo.test')).toEqual({ primaryLinkUrl: 'https://newbiz-echo.test', primaryLinkLabel: 'newbiz-echo.test' });
});

it('a link is compared as Twenty stores it', () => {
  expect(['HTTPS://WWW.LabUpper.TEST/', 'https://labcorp.test/about', 'https://dup.test/', 'DUP.test', 'dup.test/'].map(storedLink)).toEqual([
    'https://www.labupper.test', 'https://labcorp.test/about', 'https://dup.test', 'DUP.test', 'dup.test/',
  ]);
});

it('taking the host of a host changes nothing', () => {
  fc.assert(fc.property(fc.oneof(fc.webUrl(), fc.domain(), fc.string()), (stored) => {
    expect(companyHost(companyHost(stored))).toBe(companyHost(stored));
  }));
});

it('what is written is found again under its host', () => {
  fc.assert(fc.property(fc.domain(), (host) => {
    expect(companyHost(companyDomainForWrite(host).primaryLinkUrl)).toBe(companyHost(host));
  }));
});
