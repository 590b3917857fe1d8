import { getCountryCallingCode, isSupportedCountry, ParseError, parsePhoneNumberWithError } from 'libphonenumber-js';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js';
import { untransformable } from './refusal.ts';

/** Splits an international number into national number, country and calling code; a national number needs its country. */
export function normalisePhones(given: Record<string, unknown>): Record<string, unknown> {
  const phones = { ...given };
  if ('primaryPhoneNumber' in phones || 'primaryPhoneCountryCode' in phones || 'primaryPhoneCallingCode' in phones) {
    Object.assign(phones, normalisePhone({
      number: textOf(phones.primaryPhoneNumber), country: textOf(phones.primaryPhoneCountryCode), callingCode: textOf(phones.primaryPhoneCallingCode),
    }, (number, country, callingCode) => ({ primaryPhoneNumber: number, primaryPhoneCountryCode: country, primaryPhoneCallingCode: callingCode })));
  }
  if (Array.isArray(phones.additionalPhones)) {
    const others = (phones.additionalPhones as Record<string, unknown>[]).flatMap((phone) =>
      normalisePhone({ number: textOf(phone.number), country: textOf(phone.countryCode), callingCode: textOf(phone.callingCode) },
        (number, countryCode, callingCode) => ({ number, callingCode, countryCode })) ?? []);
    phones.additionalPhones = others.length === 0 ? null : others;
  }
  return phones;
}

interface Phone {
  readonly number: string | undefined;
  readonly country: string | undefined;
  readonly callingCode: string | undefined;
}

function normalisePhone<T>(phone: Phone, shape: (number: string | null, country: string | null, callingCode: string | null) => T): T | undefined {
  const { number, country, callingCode } = phone;
  if (country !== undefined && !isSupportedCountry(country)) throw untransformable(`Invalid country code ${country}`, 'INVALID_PHONE_COUNTRY_CODE');
  if (callingCode !== undefined && !/^\+\d{1,4}$/.test(callingCode)) throw untransformable(`Invalid calling code ${callingCode}`, 'INVALID_PHONE_CALLING_CODE');
  if (country !== undefined && callingCode !== undefined && `+${getCountryCallingCode(country)}` !== callingCode) {
    throw untransformable('Provided country code and calling code are conflicting', 'CONFLICTING_PHONE_CALLING_CODE_AND_COUNTRY_CODE');
  }
  if (number === undefined) return undefined;
  const parsed = parse(number, country as CountryCode | undefined, callingCode);
  if (parsed.country !== undefined && country !== undefined && parsed.country !== country) {
    throw untransformable('Provided and inferred country code are conflicting', 'CONFLICTING_PHONE_COUNTRY_CODE');
  }
  if (callingCode !== undefined && `+${parsed.countryCallingCode}` !== callingCode) {
    throw untransformable('Provided and inferred calling code are conflicting', 'CONFLICTING_PHONE_CALLING_CODE');
  }
  return shape(parsed.nationalNumber, parsed.country ?? country ?? null, `+${parsed.countryCallingCode}`);
}

function parse(number: string, country: CountryCode | undefined, callingCode: string | undefined): PhoneNumber {
  try {
    return parsePhoneNumberWithError(number, {
      ...(country === undefined ? {} : { defaultCountry: country }),
      ...(callingCode === undefined ? {} : { defaultCallingCode: callingCode.slice(1) }),
    });
  } catch (error) {
    if (error instanceof ParseError) throw untransformable(`Provided phone number is invalid ${number}`, 'INVALID_PHONE_NUMBER');
    throw error;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
