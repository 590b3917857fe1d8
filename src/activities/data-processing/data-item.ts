import type { Integration } from '../../config/use-case.ts';
import type { RunInput } from '../../domain/run.ts';
import type { TakenRow } from '../../store/data-rows.ts';
import type { RowPlan } from '../../workflows/data-processing/contract.ts';
import { type DataProcessingSettings, targetOf } from '../../workflows/data-processing/settings.ts';
import type { Target } from '../../workflows/data-processing/target-settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** What has been found out about a row of the page. */
export interface FoundRow {
  /** The record that an earlier file made of the same row. */
  readonly known?: string | undefined;
  /** The record that it is to become part of. `made`: by this file, before an interruption. */
  readonly record?: { readonly id: string; readonly made: boolean } | undefined;
  readonly companyId?: string | undefined;
  /** The company has to be made first; when the search was done, in milliseconds since 1970. */
  readonly companyWanted?: { readonly searchedAtMs: number } | undefined;
  readonly contactId?: string | undefined;
}

export type PageRow = TakenRow<RowPlan, FoundRow>;

export function dataOf(deps: ActivityDeps, run: RunInput): Integration<DataProcessingSettings> {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration as Integration<DataProcessingSettings>;
}

/** The rows of a page by their target, each with its settings. */
export function byTarget(settings: DataProcessingSettings, rows: readonly PageRow[]): readonly { readonly target: Target; readonly rows: readonly PageRow[] }[] {
  return [...Map.groupBy(rows, ({ plan }) => plan.target)].map(([name, own]) => ({ target: targetOf(settings, name), rows: own }));
}

/** The same row makes the same record, whichever file it comes in. */
export function createKey({ integration }: RunInput, { plan }: Pick<PageRow, 'plan'>): string {
  return `${integration}/${plan.key}`;
}

/** A record is changed again and again, so its effect is known by the file. */
export function updateKey(run: RunInput, row: PageRow): string {
  return `${createKey(run, row)}/update/${row.eventId}/${String(row.row)}`;
}

/** What a person reads in the ledger. */
export function rowWords({ plan, row }: PageRow): string {
  return plan.lookup.name ?? `row ${String(row)}`;
}

/** All that a row wants of its record, links and tags included. */
export function wantedOf({ plan, found }: PageRow, target: Target, current?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const before = target.tags === undefined ? [] : ((current?.[target.tags] ?? []) as readonly string[]);
  const tags = target.tags === undefined || plan.tags.length === 0 ? {} : { [target.tags]: [...new Set([...before, ...plan.tags])] };
  return {
    ...plan.fields, ...tags,
    ...(found?.companyId === undefined ? {} : { companyId: found.companyId }),
    ...(found?.contactId === undefined ? {} : { pointOfContactId: found.contactId }),
  };
}

/** How a record that is there may be changed: by a file that a newer one has overtaken, only filled. Tags are only ever added. */
export function policyOf({ fillOnly }: PageRow, { found, tags }: Target): Target['found'] {
  if (found === 'skip') return found;
  const added = tags === undefined ? [] : [tags];
  return fillOnly ? { default: 'fill', fill: [], overwrite: added } : { ...found, overwrite: [...found.overwrite, ...added] };
}

/** Fields of Twenty to be read beside the standard ones; those made of parts with the parts that are compared. */
export function readFields({ fields, tags }: Target): readonly string[] {
  const parts = new Map<string, Set<string>>();
  for (const path of Object.keys(fields)) {
    const [field = '', part] = path.split('.');
    if (STANDARD.has(field)) continue;
    const known = parts.get(field) ?? new Set();
    if (part !== undefined) known.add(part);
    else if (field.endsWith('Link')) known.add('primaryLinkUrl').add('primaryLinkLabel');
    parts.set(field, known);
  }
  return [...[...parts].map(([field, known]) => (known.size === 0 ? field : `${field}{${[...known].join(' ')}}`)), ...(tags === undefined ? [] : [tags])];
}

const STANDARD = new Set(['name', 'emails', 'phones', 'linkedinLink', 'domainName', 'address', 'annualRevenue', 'amount']);
