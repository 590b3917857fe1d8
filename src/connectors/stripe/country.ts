/** The two letters of a country, from what people write in an address: a code, or its name in English, German, French or Spanish. */
export function countryCode(written: string | undefined): string | undefined {
  const text = written?.trim() ?? '';
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
  return text === '' ? undefined : names().get(plain(text));
}

let known: ReadonlyMap<string, string> | undefined;

function names(): ReadonlyMap<string, string> {
  known ??= new Map(['es', 'fr', 'de', 'en'].flatMap((language) => {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
    return CODES.flatMap((code): [string, string][] => {
      const name = display.of(code);
      return name === undefined ? [] : [[plain(name), code]];
    });
  }));
  return known;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Codes that stand for no country of their own, or for one that is no more. */
const NO_COUNTRY = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'AN', 'BU', 'CS', 'DD', 'FX', 'NT', 'SU', 'TP', 'YD', 'YU', 'ZR', 'UK', 'NH', 'HV', 'DY', 'RH', 'VD', 'AC', 'CP', 'DG', 'EA', 'IC', 'TA', 'CQ']);
const CODES = [...LETTERS].flatMap((a) => [...LETTERS].map((b) => `${a}${b}`)).filter((code) => !NO_COUNTRY.has(code));

function plain(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^\p{L}]+/gu, ' ').trim();
}
