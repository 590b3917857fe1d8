import { paramsOf, type Params } from './form.ts';
import { missing, noSuch, StripeRefusal } from './refusal.ts';

interface Listed {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A page of a list, the newest first. */
export function page(all: readonly Listed[], params: Params, url: string): object {
  const limit = limitOf(params);
  const newest = all.toReversed();
  const after = params.text('starting_after');
  const from = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && from === 0) throw noSuch('object', after, 'starting_after', 400);
  return { object: 'list', data: newest.slice(from, from + limit), has_more: newest.length > from + limit, url };
}

/** Search by metadata, which knows nothing of the last minute (docs.stripe.com/search#data-freshness). */
export function searched(all: readonly (Listed & { readonly created: number })[], query: URLSearchParams, visibleUntil: number, url: string): object {
  const params = paramsOf(query, ['query', 'limit', 'page']);
  const asked = params.text('query');
  if (asked === undefined) throw missing('query');
  const [, key, value] = /^metadata\[['"]([^'"]+)['"]\]:['"]([^'"]*)['"]$/.exec(asked) ?? [];
  if (key === undefined) throw new StripeRefusal(400, `We were unable to parse your search query. Try using the format \`metadata["key"]:"value"\`.`, { param: 'query' });
  const found = all.filter(({ metadata, created }) => metadata[key] === value && created <= visibleUntil).toReversed();
  return { object: 'search_result', data: found.slice(0, limitOf(params)), has_more: false, next_page: null, url };
}

function limitOf(params: Params): number {
  const limit = params.integer('limit') ?? 10;
  if (limit < 1 || limit > 100) throw new StripeRefusal(400, `This value must be greater than or equal to 1 and at most 100 (it currently is '${String(limit)}').`, { param: 'limit' });
  return limit;
}
