import { settings } from '../../config/fields.ts';
import { formSource, type FormSource } from '../form-source.ts';
import { securedInWords, signedBy, signedShape, type SignedInput } from '../form-security.ts';
import { readWebflow } from './webhook.ts';

/** The forms of a Webflow site. The secret is the webhook's own, or the client secret of the app that made it. */
export function webflow(input: SignedInput): FormSource {
  return formSource('webflow', schema, input, (known) => ({
    verification: signedBy('webflow', known),
    contentTypes: ['application/json'],
    maxBodyBytes: 1024 * 1024,
    read: readWebflow,
  }));
}

const schema = securedInWords(settings(signedShape));
