import type { ConnectionInput } from '../../config/connection.ts';
import { BigQuerySettings, type BigQueryInput } from './settings.ts';

/** A project in BigQuery, read over its REST API (cloud.google.com/bigquery/docs/reference/rest). */
export function bigquery(settings: BigQueryInput): ConnectionInput<'bigquery'> {
  return { kind: 'bigquery', schema: BigQuerySettings, settings, tool: { roles: ['warehouse'], open: async () => (await import('./client.ts')).openBigQuery } };
}
