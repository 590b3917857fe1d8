import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** A number as Twenty keeps it (recording `person-phone-e164`): `612345699`, `FR`, `+33`. */
export interface Phone {
  readonly primaryPhoneNumber: string;
  readonly primaryPhoneCountryCode: string;
  readonly primaryPhoneCallingCode: string;
}

export type PhoneReading =
  | { readonly ok: true; readonly phone: Phone }
  | { readonly ok: false; readonly problem: string; readonly text: string };

/**
 * A phone number out of free text. A number without `+` is read in `country` (two letters); without one, or when the number
 * is impossible there, the text is given back, for Twenty refuses a number it cannot place (recording `person-phone-no-country`).
 */
export function normalisePhone(text: string, country?: string): PhoneReading {
  const tidy = text.normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '').trim().replace(/^tel:/i, '').replace(/^00(?=[1-9])/, '+');
  const parsed = parsePhoneNumberFromString(tidy, { defaultCountry: country as CountryCode | undefined, extract: true });
  if (!parsed?.isValid()) return { ok: false, problem: `“${tidy.slice(0, 40)}” is not a phone number we can read.`, text: tidy };
  if (parsed.country === undefined) return { ok: false, problem: `“${tidy.slice(0, 40)}” belongs to no country.`, text: tidy };
  return {
    ok: true,
    phone: {
      primaryPhoneNumber: parsed.nationalNumber,
      primaryPhoneCountryCode: parsed.country,
      primaryPhoneCallingCode: `+${parsed.countryCallingCode}`,
    },
  };
}
