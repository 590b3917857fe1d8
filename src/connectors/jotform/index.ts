import { settings } from '../../config/fields.ts';
import { formSource, type FormSource } from '../form-source.ts';
import { securedInWords, signedBy, signedShape, type SignedInput } from '../form-security.ts';
import { readJotform } from './webhook.ts';

/** A Jotform. It signs nothing, so the secret is the last part of the address given to it: `/hooks/contact-form/{secret}`. */
export function jotform(input: SignedInput): FormSource {
  return formSource('jotform', schema, input, (known) => ({
    verification: signedBy('path-secret', known),
    contentTypes: ['multipart/form-data', 'application/x-www-form-urlencoded'],
    maxBodyBytes: 2 * 1024 * 1024,
    read: readJotform,
  }));
}

const schema = securedInWords(settings(signedShape));
