import type { FieldNeed, FieldType, WorkspaceNeeds } from '../../config/needs.ts';
import type { MetricType } from './contract.ts';
import type { ProductDataSyncSettings } from './settings.ts';

const FIELD_TYPES: Readonly<Record<MetricType, FieldType>> = { number: 'NUMBER', text: 'TEXT', day: 'DATE', instant: 'DATE_TIME', 'yes-no': 'BOOLEAN', money: 'CURRENCY' };

/** The fields of the company that Sluice writes, for `sluice setup` to make. */
export function productNeeds({ twenty, metrics, keys, syncedAt }: ProductDataSyncSettings): WorkspaceNeeds {
  const company = (need: Omit<FieldNeed, 'object'>): FieldNeed => ({ object: 'company', ...need });
  return {
    connection: twenty,
    fields: [
      ...Object.entries(metrics).map(([name, { type, decimals, label }]) => company({
        name, type: FIELD_TYPES[type], label: label ?? labelOf(name), description: 'From the warehouse, written by Sluice', icon: 'IconChartBar',
        ...(type === 'number' ? { decimals: decimals ?? 2 } : {}),
      })),
      ...(keys.externalId === undefined ? [] : [company({ name: keys.externalId.field, type: 'TEXT', label: labelOf(keys.externalId.field), description: 'What the warehouse calls this company', icon: 'IconKey' })]),
      company({ name: syncedAt.field, type: 'DATE_TIME', label: labelOf(syncedAt.field), description: 'When product data was last synced', icon: 'IconClock' }),
    ],
  };
}

/** What is read of a company to see what has changed: composites with their parts. */
export function readFields({ metrics, keys, syncedAt }: ProductDataSyncSettings): readonly string[] {
  return [
    ...Object.entries(metrics).map(([name, { type }]) => (type === 'money' ? `${name}{amountMicros currencyCode}` : name)),
    ...(keys.externalId === undefined ? [] : [keys.externalId.field]),
    syncedAt.field,
  ];
}

/** `activeUsers` is read as “Active users”. */
export function labelOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
