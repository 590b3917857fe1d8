import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

export type SnowflakeInput = z.input<typeof SnowflakeSettings>;
export type SnowflakeSettings = Readonly<z.output<typeof SnowflakeSettings>>;

const AUTH_REMEDY = "Write { user: 'SLUICE', privateKey: secret('SNOWFLAKE_PRIVATE_KEY') }, { token: secret('SNOWFLAKE_TOKEN') } for a programmatic access token, or { oauthToken: secret('SNOWFLAKE_OAUTH_TOKEN') }.";

const auth = z.union([
  field.settings({
    user: field.text('SLUICE'),
    /** PKCS #8 in PEM; the public half is set on the user. */
    privateKey: field.secretRef('SNOWFLAKE_PRIVATE_KEY'),
    passphrase: field.secretRef('SNOWFLAKE_KEY_PASSPHRASE').optional(),
  }),
  field.settings({ token: field.secretRef('SNOWFLAKE_TOKEN') }),
  field.settings({ oauthToken: field.secretRef('SNOWFLAKE_OAUTH_TOKEN') }),
], { error: AUTH_REMEDY });

export const SnowflakeSettings = field.settings({
  /** The account's identifier, `myorg-myaccount`. */
  account: z.string({ error: "Write the account's identifier, for example 'myorg-myaccount'." }).regex(/^[A-Za-z0-9_.-]+$/, { error: "Write the account's identifier, for example 'myorg-myaccount'." }),
  auth,
  warehouse: field.text('COMPUTE_WH').optional(),
  database: field.text('ANALYTICS').optional(),
  schema: field.text('PUBLIC').optional(),
  role: field.text('SLUICE_READER').optional(),
  /** A statement that takes longer is ended by Snowflake. Seconds. */
  statementTimeout: field.wholeNumber(1, 86_400).default(600),
  /** Another address than the account's own, for a stand-in or a proxy. */
  baseUrl: field.webAddress('https://myorg-myaccount.snowflakecomputing.com').optional(),
  ...limited({ perSecond: 10 }),
  /** Allows http and a private address for this host, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
}, "Write snowflake({ account: 'myorg-myaccount', auth: { user: 'SLUICE', privateKey: secret('SNOWFLAKE_PRIVATE_KEY') }, warehouse: 'COMPUTE_WH' }).");
