import type { MetricValue } from '../../workflows/product-data-sync/contract.ts';
import type { ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import { fieldValue, holdsAlready } from '../../workflows/product-data-sync/values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The fields that a company's row asks for; nothing empties a field unless the configuration says so. */
export function wantedFields(values: Readonly<Record<string, MetricValue>>, externalId: string | undefined, { metrics, keys }: ProductDataSyncSettings): Fields {
  const wanted = Object.entries(metrics).flatMap(([name, metric]): [string, unknown][] => {
    const value = values[name];
    if (value === undefined) return metric.blank === 'clear' ? [[name, null]] : [];
    const written = fieldValue(value, metric.combine === 'count' ? { ...metric, type: 'number' } : metric);
    return written === undefined ? [] : [[name, written]];
  });
  return { ...Object.fromEntries(wanted), ...(keys.externalId === undefined || externalId === undefined ? {} : { [keys.externalId.field]: externalId }) };
}

/** What of it a company does not hold yet. An external id is only ever filled in. */
export function changedFields(current: Fields, wanted: Fields, { metrics, keys }: ProductDataSyncSettings): Fields {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => {
    const metric = metrics[name];
    if (metric !== undefined) return !holdsAlready(current[name], value, metric.type);
    const held = current[name];
    return name === keys.externalId?.field && (typeof held !== 'string' || held.trim() === '');
  }));
}
