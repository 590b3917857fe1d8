import type { z } from 'zod';
import { oneOf, secretRefs, yesNo } from '../config/fields.ts';
import type { SecretRef } from '../config/secret.ts';
import type { Verification } from '../config/use-case.ts';

/** How a tool that signs its calls shows that it may post here. */
export interface SignedInput {
  /** What the sender knows; a list while it is being changed. */
  readonly secret?: SecretRef | readonly SecretRef[];
  /** Anybody may post: say so in so many words. */
  readonly unauthenticated?: true;
}

/** The same for a sender that signs nothing and shows the secret itself. */
export interface FormSecurityInput extends SignedInput {
  /** Where it is sent: as the last part of the address, in the header `x-webhook-secret`, or as basic `user:password`. */
  readonly secretIn?: 'path' | 'header' | 'basic';
}

export const signedShape = {
  secret: secretRefs('FORM_SECRET').optional(),
  unauthenticated: yesNo().optional(),
};

export const securityShape = { ...signedShape, secretIn: oneOf(['path', 'header', 'basic']).default('path') };

interface Signed {
  readonly secret?: readonly SecretRef[];
  readonly unauthenticated?: boolean;
}

/** Refuses settings that leave the door open without saying so, or that say both. */
export function securedInWords<S extends z.ZodType<Signed>>(schema: S): S {
  return schema.superRefine((value, context) => {
    const { secret, unauthenticated } = value as Signed;
    if (secret === undefined && unauthenticated !== true) {
      context.addIssue({ code: 'custom', path: ['secret'], message: "Is missing. Write secret('FORM_SECRET'), or unauthenticated: true if anybody may post to this form." });
    }
    if (secret !== undefined && unauthenticated === true) {
      context.addIssue({ code: 'custom', path: ['unauthenticated'], message: 'A form with a secret is not open to anybody: leave one of the two out.' });
    }
  });
}

/** The gateway's check for a tool with a signature scheme of its own. */
export function signedBy(scheme: string, { secret }: Signed): Verification {
  return secret === undefined ? { scheme: 'none' } : { scheme, secrets: secret };
}

export function verificationOf(settings: Signed & { readonly secretIn: 'path' | 'header' | 'basic' }): Verification {
  switch (settings.secretIn) {
    case 'path':
      return signedBy('path-secret', settings);
    case 'header':
      return signedBy('header-secret', settings);
    case 'basic':
      return signedBy('basic', settings);
  }
}
