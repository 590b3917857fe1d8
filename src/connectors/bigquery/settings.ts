import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

export type BigQueryInput = z.input<typeof BigQuerySettings>;
export type BigQuerySettings = Readonly<z.output<typeof BigQuerySettings>>;

const auth = z.union([
  /** The JSON file of a service account's key, whole. */
  field.settings({ serviceAccount: field.secretRef('BIGQUERY_SERVICE_ACCOUNT') }),
  field.settings({ token: field.secretRef('BIGQUERY_TOKEN') }),
], { error: "Write { serviceAccount: secret('BIGQUERY_SERVICE_ACCOUNT') } with the JSON of its key, or { token: secret('BIGQUERY_TOKEN') }." });

export const BigQuerySettings = field.settings({
  /** The project that pays for the query. */
  project: field.text('acme-analytics'),
  auth,
  /** Where the data lies, `EU`; needed outside the US. */
  location: field.text('EU').optional(),
  /** A query that would read more is refused before it costs anything. */
  maximumBytesBilled: field.wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
  /** Another address than Google's own, for a stand-in or a proxy. */
  baseUrl: field.webAddress('https://bigquery.googleapis.com').default('https://bigquery.googleapis.com'),
  /** A user may make a hundred requests a second to a method. */
  ...limited({ perSecond: 50 }),
  /** Allows http and a private address for this host, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
}, "Write bigquery({ project: 'acme-analytics', auth: { serviceAccount: secret('BIGQUERY_SERVICE_ACCOUNT') } }).");
