import type { RunInput } from '../../domain/run.ts';
import { type CompanyChange, patchCompanies } from '../../store/product-companies.ts';
import { keepMetricStandings, metricStandings, type OwnedStanding } from '../../store/product-metrics.ts';
import type { Standing } from '../../workflows/product-data-sync/contract.ts';
import { standingAfter } from '../../workflows/product-data-sync/rules.ts';
import type { MetricSettings, ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import { numberIn } from '../../workflows/product-data-sync/values.ts';
import type { ActivityDeps } from '../deps.ts';
import { type FallenMetric, openedPage, type PageCompany, syncSettings } from './sync-state.ts';
import { changedFields, wantedFields } from './wanted-fields.ts';

export interface WeighedMetrics {
  /** Companies that are to be written. */
  readonly toWrite: number;
  /** Tasks that are to be made. */
  readonly falls: number;
}

/**
 * Sees what has changed and which metrics have fallen. How they stand is kept before anything is written or told: whatever happens
 * after, the fall is known, and its task is owed until it is made.
 */
export async function weighMetrics(deps: ActivityDeps, run: RunInput): Promise<WeighedMetrics> {
  const { settings } = syncSettings(deps, run);
  const { sync, companies } = await openedPage(deps, run);
  const open = companies.filter(({ state, companyId }) => companyId !== undefined && (state === 'planned' || state === 'created'));
  const before = new Map((await metricStandings(deps.database, run.integration, open.map(({ companyId }) => companyId!))).map((one) => [`${one.companyId}/${one.metric}`, one]));
  const weighed = open.map((company) => weighOne(company, before, settings));
  await patchCompanies(deps.database, run, sync.deliveryId, weighed.map(({ change }) => change));
  if (!run.dryRun) await keepMetricStandings(deps.database, run, run.integration, weighed.flatMap(({ standings }) => standings));
  return {
    toWrite: weighed.filter(({ changed }) => changed).length,
    falls: weighed.reduce((sum, { falls }) => sum + falls.length, 0),
  };
}

interface Weighed {
  readonly change: CompanyChange;
  readonly changed: boolean;
  readonly standings: readonly OwnedStanding[];
  readonly falls: readonly FallenMetric[];
}

function weighOne({ key, state, companyId, data }: PageCompany, before: ReadonlyMap<string, Standing>, settings: ProductDataSyncSettings): Weighed {
  const standings: OwnedStanding[] = [];
  const falls: FallenMetric[] = [];
  for (const [metric, rule] of Object.entries(settings.metrics)) {
    const read = data.values[metric];
    const value = read === undefined || rule.alert === undefined ? undefined : numberIn(rule.type, read);
    if (value === undefined) continue;
    const previous = before.get(`${companyId!}/${metric}`);
    const standing = standingAfter(previous, value, rule.alert!, settings.tellFirst);
    standings.push({ ...standing, companyId: companyId!, metric });
    if (standing.owed) falls.push(data.falls?.find((one) => one.metric === metric && one.fall === standing.fall) ?? fallOf(metric, standing, previous, rule));
  }
  const wanted = changedFields(data.current ?? {}, wantedFields(data.values, data.keys.externalId, settings), settings);
  const changed = state === 'planned' && (settings.syncedAt.write === 'always' || Object.keys(wanted).length > 0);
  return { change: { key, data: { changed, falls }, ...(changed || state === 'created' ? {} : { state: 'unchanged' }) }, changed, standings, falls };
}

function fallOf(metric: string, { value, fall, under }: Standing, previous: Standing | undefined, { alert }: MetricSettings): FallenMetric {
  return { metric, fall, value, before: previous?.value, ...(under ? { why: 'below', limit: alert!.below! } : { why: 'dropped', limit: alert!.dropsByPercent! }) };
}
