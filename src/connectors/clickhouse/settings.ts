import type { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

export type ClickHouseInput = z.input<typeof ClickHouseSettings>;
export type ClickHouseSettings = Readonly<z.output<typeof ClickHouseSettings>>;

export const ClickHouseSettings = field.settings({
  /** Where its HTTP interface answers, `https://ch.acme.example:8443`. */
  baseUrl: field.webAddress('https://ch.acme.example:8443'),
  user: field.text('default').default('default'),
  password: field.secretRef('CLICKHOUSE_PASSWORD'),
  database: field.text('default').optional(),
  /** A query that takes longer is given up. Seconds. */
  queryTimeout: field.wholeNumber(1, 3_600).default(120),
  ...limited(),
  /** Allows http and a private address for this host, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
}, "Write clickhouse({ baseUrl: 'https://ch.acme.example:8443', user: 'sluice', password: secret('CLICKHOUSE_PASSWORD') }).");
