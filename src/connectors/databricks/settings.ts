import type { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

export type DatabricksInput = z.input<typeof DatabricksSettings>;
export type DatabricksSettings = Readonly<z.output<typeof DatabricksSettings>>;

export const DatabricksSettings = field.settings({
  /** The workspace's address, `https://dbc-a1b2.cloud.databricks.com`. */
  baseUrl: field.webAddress('https://dbc-a1b2.cloud.databricks.com'),
  /** Of a service principal or a user. */
  token: field.secretRef('DATABRICKS_TOKEN'),
  /** The SQL warehouse that runs the query. */
  warehouseId: field.text('abcdef0123456789'),
  catalog: field.text('main').optional(),
  schema: field.text('default').optional(),
  /** `EXTERNAL_LINKS` for results above 25 MiB: they are fetched from the workspace's own storage. */
  disposition: field.oneOf(['INLINE', 'EXTERNAL_LINKS']).default('INLINE'),
  ...limited({ perSecond: 10 }),
  /** Allows http and a private address for this host, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
}, "Write databricks({ baseUrl: 'https://dbc-a1b2.cloud.databricks.com', token: secret('DATABRICKS_TOKEN'), warehouseId: 'abcdef0123456789' }).");
