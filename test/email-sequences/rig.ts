import { createHmac } from 'node:crypto';
import type { CommonInput } from '../../src/config/common.ts';
import type { ConnectionInput } from '../../src/config/connection.ts';
import { secret } from '../../src/config/secret.ts';
import { genericSequencer } from '../../src/connectors/generic-sequencer/index.ts';
import { lemlist, lemlistNews } from '../../src/connectors/lemlist/index.ts';
import { smartlead, smartleadNews } from '../../src/connectors/smartlead/index.ts';
import { type LemlistOptions, lemlistStandIn, type LemlistStandIn } from '../../src/sandbox/tools/lemlist.ts';
import { type SmartleadOptions, smartleadStandIn, type SmartleadStandIn } from '../../src/sandbox/tools/smartlead.ts';
import { emailSequences, type EmailSequencesInput } from '../../src/workflows/email-sequences/index.ts';
import { type Ending, type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';

export { mailOf } from '../harness/prepared.ts';

export const WELCOME = 'cam_Welcome0000000001';
export const HOT = 'cam_SampleCampaign1';
export const SECRET = 'the secret of the webhook';

/** A stack with email sequences as `outbound`, on a workspace that `sluice setup` has prepared. */
export interface SequenceStack extends Omit<PreparedStack, 'record' | 'endings' | 'run'> {
  readonly lemlist: LemlistStandIn;
  readonly smartlead: SmartleadStandIn;
  /** Makes a person as a signed-in user does; answers the id. */
  person(fields: Readonly<Record<string, unknown>>): string;
  update(id: string, fields: Readonly<Record<string, unknown>>): void;
  record(id: string): Readonly<Record<string, unknown>>;
  /** What is written of the sequence: name and state. */
  state(id: string): readonly unknown[];
  /** The tasks that are linked to a person. */
  tasks(id: string): readonly Readonly<Record<string, unknown>>[];
  /** Posts an activity as lemlist does; answers the status. */
  tell(activity: Readonly<Record<string, unknown>>, shown?: string): Promise<number>;
  /** Posts an event as Smartlead does, signed. */
  tellSmartlead(event: Readonly<Record<string, unknown>>): Promise<number>;
  endings(recordId?: string, integration?: string): Promise<readonly Ending[]>;
  run(selection: object, options?: { readonly dryRun?: boolean }): Promise<void>;
}

export interface SequenceOptions extends StackOptions {
  readonly lemlistOptions?: LemlistOptions;
  readonly smartleadOptions?: SmartleadOptions;
}

export const RULES = [
  { field: 'jobTitle', operator: 'contains', value: 'chief', sequence: HOT },
  { field: 'jobTitle', operator: 'isFilled', sequence: WELCOME },
] as const satisfies EmailSequencesInput['rules'];

export async function startSequences(
  settings: Partial<EmailSequencesInput & CommonInput> = {}, options: SequenceOptions = {}, parts: readonly ('dispatcher' | 'worker')[] = ['dispatcher', 'worker'],
): Promise<SequenceStack> {
  const [lemlistTool, smartleadTool] = [lemlistStandIn(options.lemlistOptions), smartleadStandIn(options.smartleadOptions)];
  const input = {
    tool: 'lemlist', rules: RULES, names: { [WELCOME]: 'Welcome', [HOT]: 'Hot leads' }, settle: { quietSeconds: 0, maxSeconds: 0 },
    webhook: settings.tool === 'smartlead' ? smartleadNews({ secret: secret('SEQUENCE_WEBHOOK_SECRET') }) : lemlistNews({ secret: secret('SEQUENCE_WEBHOOK_SECRET') }),
    guards: { flood: { above: 100_000, then: 'sets' } }, ...settings,
  } satisfies EmailSequencesInput;
  const stack = await startPrepared({
    ...options,
    tools: [lemlistTool, smartleadTool],
    env: { SEQUENCE_WEBHOOK_SECRET: SECRET, OWN_TOOL_KEY: Buffer.from(':lemlist-sandbox-key').toString('base64'), ...options.env },
    connections: (env) => ({
      lemlist: lemlist({ apiKey: secret('LEMLIST_API_KEY'), baseUrl: env['LEMLIST_BASE_URL']!, limits: { perSecond: 1000 } }) as ConnectionInput,
      smartlead: smartlead({ apiKey: secret('SMARTLEAD_API_KEY'), baseUrl: env['SMARTLEAD_BASE_URL']!, limits: { perMinute: 6000 } }) as ConnectionInput,
      // lemlist again, as a tool that Sluice has never heard of and that cannot be asked.
      own: genericSequencer({
        url: env['LEMLIST_BASE_URL']!, auth: { header: 'Authorization', secret: secret('OWN_TOOL_KEY'), prefix: 'Basic ' },
        enrol: { path: '/api/campaigns/{sequence}/leads/', body: { email: '{lead.email}' }, answer: { leadId: '_id' } },
      }) as ConnectionInput,
    }),
    integrations: { outbound: emailSequences(input), ...options.integrations },
  }, []);
  for (const name of ['emailOptOut', 'emailBounced']) await addTick(stack, name);
  for (const part of parts) await stack.start(part);
  const post = async (body: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    (await fetch(`${stack.gatewayUrl}/hooks/outbound`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })).status;
  const record = (id: string): Readonly<Record<string, unknown>> => stack.record('people', id);
  return {
    ...stack,
    lemlist: lemlistTool,
    smartlead: smartleadTool,
    record,
    person: (fields) => stack.make('people', fields),
    update: (id, fields) => stack.edit('people', id, fields),
    state: (id) => [record(id)['emailSequence'], record(id)['emailSequenceState']],
    tasks: (id) => {
      const own = stack.twenty.records('taskTargets').filter((link) => link['targetPersonId'] === id).map((link) => link['taskId']);
      return stack.twenty.records('tasks').filter((task) => own.includes(task['id']));
    },
    tell: (activity, shown = SECRET) => post(JSON.stringify({ ...activity, secret: shown })),
    tellSmartlead: (event) => {
      const body = JSON.stringify(event);
      return post(body, { 'x-smartlead-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` });
    },
    endings: (recordId, integration = 'outbound') => stack.endings(integration, recordId),
    run: (selection, runOptions) => stack.run('outbound', selection, runOptions),
  };
}

/** A field of the workspace's own on the person: a tick. */
async function addTick({ twenty }: PreparedStack, name: string): Promise<void> {
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${twenty.url}/rest/metadata/${path}`, {
      headers: { authorization: `Bearer ${twenty.apiKey}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const { data } = await ask<{ data: { objects: { id: string; nameSingular: string }[] } }>('objects?limit=200');
  const person = data.objects.find(({ nameSingular }) => nameSingular === 'person')!;
  await ask('fields', { objectMetadataId: person.id, name, type: 'BOOLEAN', label: name });
}
