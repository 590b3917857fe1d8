import type { FormSource } from '../../../src/connectors/form-source.ts';

/** A form tool nobody has heard of: `email|name|message` in one line of text. This folder is all it takes. */
export function paperForm(): FormSource {
  return {
    name: 'paper-form',
    verification: { scheme: 'none' },
    contentTypes: ['text/plain'],
    maxBodyBytes: 10_000,
    problems: [],
    read(request) {
      const [email = '', name = '', message = ''] = new TextDecoder().decode(request.body).split('|');
      return { kind: 'submission', submission: { fields: { email, name, message }, files: [] } };
    },
  };
}
