import type { ToolAnswer } from '../stand-in.ts';

const CORRELATION = 'aeb5f871-7f07-4993-9211-075dc63e7cbf';

/** What HubSpot refuses about one record. */
export interface Refused {
  readonly status: 400 | 404 | 409;
  readonly category: string;
  readonly message: string;
  readonly ids?: readonly string[];
}

/** How HubSpot words a refusal of a whole request (developers.hubspot.com, error handling). */
export function refused(status: number, category: string, message: string): ToolAnswer {
  return { status, body: { status: 'error', message, correlationId: CORRELATION, category } };
}

export function tooMany(policy: 'TEN_SECONDLY_ROLLING' | 'SECONDLY'): ToolAnswer {
  const words = policy === 'SECONDLY' ? 'You have reached your secondly limit.' : 'You have reached your ten_secondly_rolling limit.';
  return {
    status: 429, headers: policy === 'SECONDLY' ? {} : { 'x-hubspot-ratelimit-max': '100', 'x-hubspot-ratelimit-remaining': '0', 'x-hubspot-ratelimit-interval-milliseconds': '10000' },
    body: { status: 'error', message: words, errorType: 'RATE_LIMIT', correlationId: CORRELATION, policyName: policy },
  };
}

/** `[{"isValid":false,…}]`, as values that are not valid are listed inside a text. */
export function notValid(problems: readonly { readonly name: string; readonly message: string; readonly error: string }[]): Refused {
  const list = problems.map(({ name, message, error }) => ({ isValid: false, message, error, name, localizedErrorMessage: message, portalId: 891936587 }));
  return { status: 400, category: 'VALIDATION_ERROR', message: `Property values were not valid: ${JSON.stringify(list)}` };
}

/** What HubSpot says of records that it does not have. */
export function gone(object: string, ids: readonly string[]): Refused & { readonly ids: readonly string[] } {
  const name = object.toUpperCase().replace(/IES$/, 'Y').replace(/S$/, '');
  return { status: 404, category: 'OBJECT_NOT_FOUND', message: `Could not get some ${name} objects, they may be deleted or not exist. Check that ids are valid.`, ids };
}
