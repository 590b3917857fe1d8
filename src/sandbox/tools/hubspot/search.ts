import { z } from 'zod';
import type { ToolAnswer } from '../stand-in.ts';
import type { Crm } from './crm.ts';
import { shown } from './objects.ts';
import { refused } from './refusal.ts';
import type { Row } from './row.ts';

const Search = z.strictObject({
  filterGroups: z.array(z.strictObject({
    filters: z.array(z.strictObject({ propertyName: z.string(), operator: z.enum(['EQ', 'GT', 'GTE', 'LT', 'LTE', 'IN', 'BETWEEN']), value: z.string().optional(), highValue: z.string().optional(), values: z.array(z.string()).optional() })).min(1),
  })).default([]),
  sorts: z.array(z.strictObject({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']) })).default([]),
  properties: z.array(z.string()).default([]),
  limit: z.number().int().default(10),
  after: z.string().optional(),
});

type Filter = z.output<typeof Search>['filterGroups'][number]['filters'][number];

/** The search with its limits: 5 groups, 6 filters in each, 100 values, pages of 200, 10,000 results in all, one order (developers.hubspot.com, "Search the CRM"). */
export function searchAnswer(object: string, sent: unknown, crm: Crm): ToolAnswer {
  const read = Search.safeParse(sent);
  if (!read.success) return refused(400, 'VALIDATION_ERROR', `Invalid input JSON: ${read.error.issues[0]!.message}`);
  const { filterGroups, sorts, properties, limit, after } = read.data;
  const filters = filterGroups.flatMap((group) => group.filters);
  const problem = filterGroups.length > 5 ? 'too many filter groups: 5 are supported'
    : filterGroups.some((group) => group.filters.length > 6) ? 'too many filters in a group: 6 are supported'
    : filters.some(({ values }) => (values?.length ?? 0) > 100) ? 'too many values: IN supports 100'
    : filters.some(({ operator, value, values }) => (operator === 'IN' ? values === undefined : value === undefined)) ? 'a filter lacks its value'
    : sorts.length > 1 ? 'only one sort is supported'
    : limit < 1 || limit > 200 ? 'limit must be between 1 and 200'
    : Number(after ?? '0') + limit > 10_000 ? 'There was a problem with the request: paging past 10000 results is not supported' : undefined;
  if (problem !== undefined) return refused(400, 'VALIDATION_ERROR', problem);
  const unknown = [...filters, ...sorts].find(({ propertyName }) => !crm.knows(object, propertyName));
  if (unknown !== undefined) return refused(400, 'VALIDATION_ERROR', `There was a problem with the request: property '${unknown.propertyName}' does not exist`);
  const found = crm.indexed(object).filter((row) => filterGroups.length === 0 || filterGroups.some((group) => group.filters.every((filter) => fits(row, filter))));
  const [sort] = sorts;
  // Records that are alike in the order come as they please.
  const sorted = sort === undefined ? found : found.toReversed().sort((a, b) => (sort.direction === 'ASCENDING' ? 1 : -1) * (numberOf(a.properties[sort.propertyName]) - numberOf(b.properties[sort.propertyName])));
  const from = Number(after ?? '0');
  const page = sorted.slice(from, from + limit);
  return { status: 200, body: { total: found.length, results: page.map((row) => shown(row, properties)), ...(from + limit < found.length ? { paging: { next: { after: String(from + limit) } } } : {}) } };
}

function fits({ properties }: Row, { propertyName, operator, value = '', highValue = '', values = [] }: Filter): boolean {
  const own = properties[propertyName];
  if (own === null || own === undefined) return false;
  switch (operator) {
    // Texts are indexed in small letters, and values of a list are not made small.
    case 'IN':
      return values.includes(own.toLowerCase());
    case 'EQ':
      return own.toLowerCase() === value.toLowerCase() || numberOf(own) === numberOf(value);
    case 'GT':
      return numberOf(own) > numberOf(value);
    case 'GTE':
      return numberOf(own) >= numberOf(value);
    case 'LT':
      return numberOf(own) < numberOf(value);
    case 'LTE':
      return numberOf(own) <= numberOf(value);
    case 'BETWEEN':
      return numberOf(own) >= numberOf(value) && numberOf(own) <= numberOf(highValue);
  }
}

/** Times are compared as milliseconds since 1970. */
function numberOf(text: string | null | undefined): number {
  if (text === null || text === undefined) return Number.NaN;
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number(text);
}
