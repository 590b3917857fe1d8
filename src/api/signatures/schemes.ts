/** A scheme in which the sender signs the raw body with HMAC-SHA256. */
export interface HmacScheme {
  readonly kind: 'hmac';
  /** Header that carries the signature; the option `header` replaces it where senders differ. */
  readonly header: string;
  /** Between several values in the header. */
  readonly separator?: string;
  /** What stands before each signature in the header. */
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64';
  /** What is signed. `{body}` is the raw bytes, `{url}` the address that the sender calls, which the option `url` says. */
  readonly signed: `${string}{body}${string}`;
  readonly idHeader?: string;
  /** Where the time of sending stands: in a header of its own, or in the signature header behind a prefix. */
  readonly timestamp?: ({ readonly header: string } | { readonly prefix: string }) & { readonly unit: 'seconds' | 'milliseconds' };
  /** `base64`: the key is the decoded text behind `whsec_`; `text`: the secret's own bytes. */
  readonly secret: 'text' | 'base64';
  /** The provider checks the address by asking us to sign a token. */
  readonly handshake?: 'zoom';
  /** Signed by a hash of the secret followed by what is signed, instead of by HMAC. */
  readonly plainHash?: true;
}

/** A scheme in which the sender shows the secret itself. */
export interface SharedSecretScheme {
  readonly kind: 'shared';
  readonly place: 'header' | 'basic' | 'path' | 'body';
  readonly header?: string;
}

export type Scheme = HmacScheme | SharedSecretScheme;

/**
 * Every way a sender can prove itself, as data. Options, where a scheme takes them: `header`, `prefix` (header-secret), `field`
 * (body-secret), `user` (basic; without it the secret is `user:password`), `url` (schemes that sign it), `toleranceSeconds` (schemes with a
 * time; default 300).
 */
export const schemes = {
  /** Observed on Twenty 2.21: hex of HMAC over timestamp, colon, body; milliseconds; the nonce is not signed. */
  twenty: {
    kind: 'hmac', header: 'x-twenty-webhook-signature', prefix: '', encoding: 'hex', signed: '{timestamp}:{body}',
    timestamp: { header: 'x-twenty-webhook-timestamp', unit: 'milliseconds' }, secret: 'text',
  },
  /** standardwebhooks.com, symmetric signatures (v1). */
  'standard-webhooks': {
    kind: 'hmac', header: 'webhook-signature', separator: ' ', prefix: 'v1,', encoding: 'base64', signed: '{id}.{timestamp}.{body}',
    idHeader: 'webhook-id', timestamp: { header: 'webhook-timestamp', unit: 'seconds' }, secret: 'base64',
  },
  /** docs.svix.com/receiving/verifying-payloads/how-manual */
  svix: {
    kind: 'hmac', header: 'svix-signature', separator: ' ', prefix: 'v1,', encoding: 'base64', signed: '{id}.{timestamp}.{body}',
    idHeader: 'svix-id', timestamp: { header: 'svix-timestamp', unit: 'seconds' }, secret: 'base64',
  },
  /** docs.stripe.com/webhooks/signature; `whsec_` is part of the key here. */
  stripe: {
    kind: 'hmac', header: 'stripe-signature', separator: ',', prefix: 'v1=', encoding: 'hex', signed: '{timestamp}.{body}',
    timestamp: { prefix: 't=', unit: 'seconds' }, secret: 'text',
  },
  /** docs.github.com, "Validating webhook deliveries"; many others do the same under another header. */
  github: { kind: 'hmac', header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex', signed: '{body}', secret: 'text' },
  /** typeform.com/developers/webhooks/secure-your-webhooks */
  typeform: { kind: 'hmac', header: 'typeform-signature', prefix: 'sha256=', encoding: 'base64', signed: '{body}', secret: 'text' },
  /** tally.so/help/webhooks */
  tally: { kind: 'hmac', header: 'tally-signature', prefix: '', encoding: 'base64', signed: '{body}', secret: 'text' },
  /** developers.webflow.com, "Verifying webhook signatures"; milliseconds. */
  webflow: {
    kind: 'hmac', header: 'x-webflow-signature', prefix: '', encoding: 'hex', signed: '{timestamp}:{body}',
    timestamp: { header: 'x-webflow-timestamp', unit: 'milliseconds' }, secret: 'text',
  },
  /** developers.zoom.us/docs/api/webhooks */
  zoom: {
    kind: 'hmac', header: 'x-zm-signature', prefix: 'v0=', encoding: 'hex', signed: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-zm-request-timestamp', unit: 'seconds' }, secret: 'text', handshake: 'zoom',
  },
  /** developers.hubspot.com/docs/faq/v1-request-validation: what its webhook subscriptions carry beside newer signatures. */
  hubspot: { kind: 'hmac', header: 'x-hubspot-signature', prefix: '', encoding: 'hex', signed: '{body}', secret: 'text', plainHash: true },
  /** developers.hubspot.com, "Validating requests": method, address, body and time, with nothing between them. */
  'hubspot-v3': {
    kind: 'hmac', header: 'x-hubspot-signature-v3', prefix: '', encoding: 'base64', signed: 'POST{url}{body}{timestamp}',
    timestamp: { header: 'x-hubspot-request-timestamp', unit: 'milliseconds' }, secret: 'text',
  },
  'header-secret': { kind: 'shared', place: 'header', header: 'x-webhook-secret' },
  basic: { kind: 'shared', place: 'basic' },
  'path-secret': { kind: 'shared', place: 'path' },
  /** In a field at the top of a JSON body, `secret` unless said. */
  'body-secret': { kind: 'shared', place: 'body' },
} as const satisfies Record<string, Scheme>;

export type SchemeName = keyof typeof schemes;

export function findScheme(name: string): Scheme | undefined {
  return Object.hasOwn(schemes, name) ? schemes[name as SchemeName] : undefined;
}
