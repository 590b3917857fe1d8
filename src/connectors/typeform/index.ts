import { settings } from '../../config/fields.ts';
import { formSource, type FormSource } from '../form-source.ts';
import { securedInWords, signedBy, signedShape, type SignedInput } from '../form-security.ts';
import { readTypeform } from './webhook.ts';

/** A Typeform. The secret is the one given with the webhook; Typeform signs nothing without. */
export function typeform(input: SignedInput): FormSource {
  return formSource('typeform', schema, input, (known) => ({
    verification: signedBy('typeform', known),
    contentTypes: ['application/json'],
    maxBodyBytes: 1024 * 1024,
    read: readTypeform,
  }));
}

const schema = securedInWords(settings(signedShape));
