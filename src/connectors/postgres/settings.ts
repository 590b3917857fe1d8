import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

export type PostgresInput = z.input<typeof PostgresSettings>;
export type PostgresSettings = Readonly<z.output<typeof PostgresSettings>>;

export const PostgresSettings = field.settings({
  host: field.text('replica.acme.example'),
  port: field.wholeNumber(1, 65_535).default(5432),
  database: field.text('app'),
  user: field.text('sluice'),
  password: field.secretRef('PRODUCT_DB_PASSWORD'),
  /** `verify`: encrypted, with a certificate that is checked. `off` needs allowInsecure, or a database on this machine. */
  tls: field.oneOf(['verify', 'off']).default('verify'),
  /** The authority that signed the server's certificate, in PEM, where it is none that everybody knows. */
  ca: field.secretRef('PRODUCT_DB_CA').optional(),
  /** Tables that a two-way sync keeps in step, by name, with or without a schema. */
  tables: z.record(z.string(), field.settings({
    /** The primary key, one column. */
    key: field.text('id').default('id'),
    /** A column with the time of the last change, kept by the application or a trigger. */
    changedAt: field.text('updated_at').default('updated_at'),
    /** A column with the time of a soft delete, where rows are kept. */
    archivedAt: field.text('deleted_at').optional(),
    /** What a row that is committed late may lie behind the others, in seconds: read again so far back. */
    overlapSeconds: field.wholeNumber(0, 86_400).default(120),
  }, "Write { key: 'id', changedAt: 'updated_at' }.")).default({}),
  /** A query that takes longer is given up. Seconds. */
  queryTimeout: field.wholeNumber(1, 3_600).default(120),
  ...limited({}, 2),
  /** Allows a connection that is not encrypted, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
}, "Write postgres({ host: 'replica.acme.example', database: 'app', user: 'sluice', password: secret('PRODUCT_DB_PASSWORD') }).");
