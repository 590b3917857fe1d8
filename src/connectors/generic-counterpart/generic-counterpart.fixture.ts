import { secret } from '../../config/secret.ts';
import type { Counterpart } from '../counterpart.ts';
import { type RestRecordsOptions, type RestRecordsStandIn, restRecordsStandIn } from '../../sandbox/tools/rest-records.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { toolContext } from '../tool.fixture.ts';
import { openGenericCounterpart } from './client.ts';
import { type GenericCounterpartInput, GenericCounterpartSettings } from './settings.ts';

/** How the stand-in is told of in a configuration; nothing in it is there for the sake of tests. */
export const RECORDS: Omit<GenericCounterpartInput, 'url'> = {
  auth: { bearer: secret('REST_RECORDS_TOKEN') },
  changedAt: 'updated_at',
  version: 'etag',
  mergedInto: 'merged_into',
  changes: { query: { updated_since: '{since}', limit: 2 }, items: 'data', pages: { by: 'cursor', next: 'next_cursor' } },
  get: { answer: 'data' },
  find: { email: { query: { email: '{value}' }, items: 'data' } },
  create: { answer: 'data', idempotencyHeader: 'Idempotency-Key', exists: { id: 'error.existing_id' } },
  update: { answer: 'data' },
};

export const contacts = { name: 'contacts', fields: ['email', 'name.first', 'name.last', 'job_title', 'score', 'address.city'] };

export interface RecordsRig {
  readonly tool: Counterpart;
  readonly standIn: RestRecordsStandIn;
  readonly faults: SandboxTools['faults'];
  /** Calls so far, `GET /v1/contacts/con_0001 200`. */
  calls(): readonly string[];
  close(): Promise<void>;
}

/** The stand-in, and the connector before it with these settings instead of the usual ones. */
export async function recordsRig(more: Partial<GenericCounterpartInput> = {}, options: RestRecordsOptions = {}): Promise<RecordsRig> {
  const standIn = restRecordsStandIn(options);
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  const settings = GenericCounterpartSettings.parse({ ...RECORDS, url: sandbox.env['REST_RECORDS_URL']!, ...more });
  return {
    tool: openGenericCounterpart(settings, context).counterpart!,
    standIn,
    faults: sandbox.faults,
    calls: () => sandbox.ledger.map(({ method, path, status }) => `${method} ${path} ${String(status)}`),
    close: async () => void (await Promise.all([context.close(), sandbox.close()])),
  };
}
