import { settings } from '../../config/fields.ts';
import { formSource, type FormSource } from '../form-source.ts';
import { securedInWords, signedBy, signedShape, type SignedInput } from '../form-security.ts';
import { readTally } from './webhook.ts';

/** A Tally form. The secret is the webhook's signing secret; Tally signs nothing without. */
export function tally(input: SignedInput): FormSource {
  return formSource('tally', schema, input, (known) => ({
    verification: signedBy('tally', known),
    contentTypes: ['application/json'],
    maxBodyBytes: 1024 * 1024,
    read: readTally,
  }));
}

const schema = securedInWords(settings(signedShape));
