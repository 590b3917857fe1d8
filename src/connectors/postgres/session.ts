import type pg from 'pg';
import { ConnectorError } from '../../domain/failure.ts';
import type { ToolContext } from '../tool.ts';
import type { PostgresSettings } from './settings.ts';

/** How a session is opened. Throws when it would not be encrypted and nobody has allowed that. */
export function sessionOf({ host, port, database, user, tls, queryTimeout, allowInsecure }: PostgresSettings, context: ToolContext, password: string, ca: string | undefined): pg.ClientConfig {
  const isHere = host === 'localhost' || host === '::1' || /^127\./.test(host) || host.startsWith('/');
  if (tls === 'off' && !isHere && !allowInsecure && !context.allowInsecure.includes(host)) {
    throw new ConnectorError('postgres', 'rejected', `postgres: ${host} would be reached without encryption. Write tls: 'verify', or allowInsecure: true for a network of your own.`);
  }
  return {
    host, port, database, user, password, application_name: 'sluice', connectionTimeoutMillis: 10_000, query_timeout: (queryTimeout + 10) * 1000,
    ssl: tls === 'off' ? false : { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  };
}
