/** One window of a combined `RateLimit` header. */
export interface RateLimitItem {
  readonly remaining: string | undefined;
  readonly limit: string | undefined;
  /** Seconds from now. */
  readonly reset: string | undefined;
}

/**
 * The windows in the `RateLimit` header of draft-ietf-httpapi-ratelimit-headers: `limit=100, remaining=50, reset=30` until the
 * seventh draft, `"burst";r=50;t=30, "day";r=900` from the eighth on, whose limits stand in `RateLimit-Policy` by name.
 */
export function rateLimitItems(rateLimit: string | undefined, policy: string | undefined): readonly RateLimitItem[] {
  if (rateLimit === undefined) return [];
  if (/\bremaining\s*=/.test(rateLimit)) {
    const of = parameters(rateLimit);
    return [{ remaining: of.get('remaining'), limit: of.get('limit'), reset: of.get('reset') }];
  }
  const quotas = new Map(membersOf(policy ?? '').map(({ name, of }) => [name, of.get('q')]));
  return membersOf(rateLimit).map(({ name, of }) => ({ remaining: of.get('r'), limit: quotas.get(name), reset: of.get('t') }));
}

function membersOf(list: string): readonly { readonly name: string; readonly of: ReadonlyMap<string, string> }[] {
  return list.slice(0, 1000).split(',').map((member) => ({ name: member.split(';')[0]!.trim(), of: parameters(member) }));
}

function parameters(text: string): ReadonlyMap<string, string> {
  return new Map([...text.slice(0, 1000).matchAll(/\b([a-z]+)\s*=\s*(\d{1,15})/g)].map(([, name, value]) => [name!, value!]));
}
