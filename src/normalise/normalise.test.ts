import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bareHost, companyNameKey } from '../domain/company-key.ts';
import { normaliseCompanyName } from './company-name.ts';
import { normaliseEmail } from './email.ts';
import { normaliseLink, normaliseLinkedin } from './link.ts';
import { normaliseName } from './person-name.ts';
import { normalisePhone } from './phone.ts';
import { companyDomainOf, isFreeMail, isLinkedByTwenty } from './web-domain.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.emailAddress(), fc.webUrl());

describe('an e-mail address', () => {
  test.each([
    ['  Ann.Berg@Acme.Example ', 'ann.berg@acme.example', 'acme.example'],
    ['Ann Berg <ann@acme.example>', 'ann@acme.example', 'acme.example'],
    ['mailto:ann@acme.example?subject=Hi', 'ann@acme.example', 'acme.example'],
    ['ann@acme.example,', 'ann@acme.example', 'acme.example'],
    ["o'neil+forms@acme.example", "o'neil+forms@acme.example", 'acme.example'],
    ['ann\u200b@acme.example', 'ann@acme.example', 'acme.example'],
    ['a@exämple.test', 'a@exämple.test', 'xn--exmple-cua.test'],
    ['a@xn--exmple-cua.test', 'a@exämple.test', 'xn--exmple-cua.test'],
    ['jérôme@more.test', 'jérôme@more.test', 'more.test'],
  ])('%j is read', (text, email, domain) => {
    expect(normaliseEmail(text)).toEqual({ ok: true, email, domain });
  });

  test.each(['', 'ann', 'ann@', '@acme.example', 'ann@acme', 'a b@acme.example', 'ann..berg@acme.example', 'ann@acme..example', 'ann@1.2.3.4', 'ann@-acme.example', `${'x'.repeat(65)}@acme.example`])(
    '%j is refused with a reason',
    (text) => {
      expect(normaliseEmail(text)).toEqual({ ok: false, problem: expect.stringMatching(/\S/) });
    },
  );

  test('read twice is read once, and never holds a blank, an upper-case letter or a control character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = normaliseEmail(text);
        if (!once.ok) return;
        expect(normaliseEmail(once.email)).toEqual(once);
        expect(once.email).not.toMatch(/[\s\p{Cc}]/u);
        expect(once.email).toBe(once.email.toLowerCase());
      }),
    );
  });
});

describe('a phone number', () => {
  test.each([
    ['+33 6 12 34 56 99', 'US', { primaryPhoneNumber: '612345699', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' }],
    ['06 12 34 56 78', 'FR', { primaryPhoneNumber: '612345678', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' }],
    ['0049 (0)30 901820', 'US', { primaryPhoneNumber: '30901820', primaryPhoneCountryCode: 'DE', primaryPhoneCallingCode: '+49' }],
    ['tel:+1-212-555-0123', undefined, { primaryPhoneNumber: '2125550123', primaryPhoneCountryCode: 'US', primaryPhoneCallingCode: '+1' }],
    ['(212) 555-0123 ext. 4', 'US', { primaryPhoneNumber: '2125550123', primaryPhoneCountryCode: 'US', primaryPhoneCallingCode: '+1' }],
  ])('%j in %s is read as Twenty keeps it', (text, country, phone) => {
    expect(normalisePhone(text, country)).toEqual({ ok: true, phone });
  });

  test.each([['612345699', undefined], ['abc', 'DE'], ['12', 'DE'], ['', 'DE'], ['+999 123456789', 'DE']])('%j in %s is given back as written', (text, country) => {
    expect(normalisePhone(text, country)).toEqual({ ok: false, problem: expect.any(String), text });
  });

  test('read twice is read once', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9 ()-]{5,16}$/), fc.constantFrom('US', 'DE', 'FR', undefined), (text, country) => {
        const once = normalisePhone(text, country);
        if (!once.ok) return;
        expect(normalisePhone(`${once.phone.primaryPhoneCallingCode}${once.phone.primaryPhoneNumber}`)).toEqual(once);
      }),
    );
  });
});

describe('a name', () => {
  test.each([
    [{ full: 'Ann van der Berg' }, 'Ann', 'van der Berg'],
    [{ full: '  Ann   Maria  Berg ' }, 'Ann Maria', 'Berg'],
    [{ full: 'Berg, Ann' }, 'Ann', 'Berg'],
    [{ full: 'DR. ANN BERG' }, 'Ann', 'Berg'],
    [{ full: 'Prof. Dr.-Ing. Max Müller' }, 'Max', 'Müller'],
    [{ full: "sean o'neil" }, 'Sean', "O'Neil"],
    [{ full: 'Ronald McDonald' }, 'Ronald', 'McDonald'],
    [{ full: 'LI WEI' }, 'Li', 'Wei'],
    [{ full: 'JEAN-LUC PICARD' }, 'Jean-Luc', 'Picard'],
    [{ full: 'maria de la cruz' }, 'Maria', 'de la Cruz'],
    [{ full: 'Madonna' }, 'Madonna', ''],
    [{ first: 'Ann', last: 'deVries' }, 'Ann', 'deVries'],
    [{ first: 'Ann', full: 'Ann Berg' }, 'Ann', 'Berg'],
    [{ last: 'Berg' }, '', 'Berg'],
    [{ full: '王小明' }, '王小明', ''],
    [{}, '', ''],
  ])('%j is split and tidied', (text, firstName, lastName) => {
    expect(normaliseName(text)).toEqual({ firstName, lastName });
  });

  test('two fields read twice are read once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (first, last) => {
        const once = normaliseName({ first, last });
        expect(normaliseName({ first: once.firstName, last: once.lastName })).toEqual(once);
      }),
    );
  });
});

describe('a domain', () => {
  test.each([
    ['https://WWW.Acme.co.uk:443/about?x=1', 'acme.co.uk'],
    ['mail.acme.example', 'acme.example'],
    ['ann@shop.acme.example', 'acme.example'],
    ['acme.github.io', 'acme.github.io'],
    ['Müller.example', 'xn--mller-kva.example'],
    ['acme.example.', 'acme.example'],
    ['acme', undefined],
    ['localhost', undefined],
    ['192.168.0.1', undefined],
    ['not a url', undefined],
  ])('%j belongs to %s', (text, domain) => {
    expect(companyDomainOf(text)).toBe(domain);
  });

  test('twice is once, and every spelling of a link gives the same', () => {
    fc.assert(
      fc.property(fc.domain(), fc.constantFrom('', 'http://', 'https://', 'https://www.', 'www.'), (domain, prefix) => {
        const once = companyDomainOf(domain);
        if (once !== undefined) expect(companyDomainOf(once)).toBe(once);
        expect(companyDomainOf(`${prefix}${domain.toUpperCase()}/`)).toBe(companyDomainOf(`www.${domain}`));
      }),
    );
  });

  test('mail providers are known, and the configuration can add and except', () => {
    expect(['gmail.com', 'x.yahoo.co.uk', 'acme.example', 'example.com'].map((domain) => isFreeMail(domain))).toEqual([true, true, false, false]);
    expect([isFreeMail('acme.example', { add: ['acme.example'] }), isFreeMail('gmail.com', { except: ['gmail.com'] })]).toEqual([true, false]);
  });

  test("Twenty's own workflow knows fewer mail providers than we do", () => {
    expect(['gmail.com', 'web.de', 'acme.example'].map(isLinkedByTwenty)).toEqual([false, true, true]);
  });

  test('hosts are bare whatever stands around them', () => {
    expect(['HTTPS://www.Acme.example/about', 'acme.example', 'http://acme.example:8080?x', 'acme.example.'].map(bareHost)).toEqual(Array(4).fill('acme.example'));
  });
});

describe("a company's name", () => {
  test('is shown on one line, as typed', () => {
    expect(['  Acme \n GmbH ', '"Acme"', 'Krähe, Söhne & Co. "Nord"', 'N/A', '-', 'keine'].map(normaliseCompanyName)).toEqual(['Acme GmbH', 'Acme', 'Krähe, Söhne & Co. "Nord"', '', '', '']);
  });

  test('is compared without case, blanks and punctuation, but with its words', () => {
    expect(new Set(['ACME Inc.', 'Acme, Inc', 'acme inc', 'A.C.M.E. INC'].map(companyNameKey)).size).toBe(1);
    expect(new Set(['Acme Inc', 'Acme Ltd', 'Acme', 'Acmé Inc'].map(companyNameKey)).size).toBe(4);
    expect([companyNameKey('Smith & Co'), companyNameKey('東京商事'), companyNameKey('!!!')]).toEqual(['smithandco', '東京商事', '']);
  });

  test('tidied twice is tidied once, and tidying does not change what it is compared by', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = normaliseCompanyName(text);
        expect(normaliseCompanyName(once)).toBe(once);
        expect(companyNameKey(companyNameKey(text))).toBe(companyNameKey(text));
      }),
    );
  });
});

describe('a link', () => {
  test.each([
    ['linkedin.com/in/ann/', 'https://www.linkedin.com/in/ann'],
    ['https://de.linkedin.com/in/ann?trk=x', 'https://www.linkedin.com/in/ann'],
    ['@ann-berg', 'https://www.linkedin.com/in/ann-berg'],
    ['in/ann', 'https://www.linkedin.com/in/ann'],
    ['javascript:alert(1)', undefined],
    ['https://user:pass@acme.example', undefined],
    ['ann berg', undefined],
  ])('%j is a profile at %s', (text, link) => {
    expect(normaliseLinkedin(text)).toBe(link);
  });

  test('twice is once', () => {
    fc.assert(fc.property(fc.webUrl(), (url) => {
      const once = normaliseLink(url);
      if (once !== undefined) expect(normaliseLink(once)).toBe(once);
    }));
  });
});
