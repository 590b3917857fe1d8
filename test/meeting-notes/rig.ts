import { secret } from '../../src/config/secret.ts';
import type { CommonInput } from '../../src/config/common.ts';
import { fireflies, firefliesWebhook } from '../../src/connectors/fireflies/index.ts';
import { firefliesStandIn } from '../../src/sandbox/tools/fireflies.ts';
import { meetingNotes, type MeetingNotesInput } from '../../src/workflows/meeting-notes/index.ts';
import { type Ending, type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';

/** A stack with meeting notes of Fireflies as `meetings`, and a stand-in that meetings are put into. */
export interface MeetingStack extends Omit<PreparedStack, 'endings'> {
  readonly recorder: ReturnType<typeof firefliesStandIn>;
  /** Posts a webhook; answers its status. */
  post(payload: unknown, options?: { readonly integration?: string; readonly headers?: Readonly<Record<string, string>> }): Promise<number>;
  /** Fireflies tells of a meeting. */
  tell(event: 'meeting.transcribed' | 'meeting.summarized', id: string, timestamp?: number): Promise<number>;
  endings(integration?: string): Promise<readonly Ending[]>;
  /** Titles of the records that a note is linked to, by object. */
  linksOf(noteId: unknown): Readonly<Record<string, readonly unknown[]>>;
}

export async function startMeetings(settings: Partial<MeetingNotesInput & CommonInput> = {}, options: StackOptions = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<MeetingStack> {
  const recorder = firefliesStandIn();
  const stack = await startPrepared({
    ...options,
    tools: [recorder, ...(options.tools ?? [])],
    connections: (env) => ({
      fireflies: fireflies({ apiKey: secret('FIREFLIES_API_KEY'), baseUrl: env['FIREFLIES_BASE_URL']!, limits: { perMinute: 10_000 } }),
      ...(typeof options.connections === 'function' ? options.connections(env) : options.connections),
    }),
    integrations: {
      meetings: meetingNotes({ source: firefliesWebhook({ unauthenticated: true }), email: { from: 'Sluice <sluice@acme.example>' }, ...settings }),
      ...options.integrations,
    },
  }, parts);
  const post: MeetingStack['post'] = async (payload, { integration = 'meetings', headers = {} } = {}) => {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return (await fetch(`${stack.gatewayUrl}/hooks/${integration}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })).status;
  };
  let news = 1_764_090_000_000;
  return {
    ...stack, recorder, post,
    tell: (event, id, timestamp = (news += 1)) => post({ event, timestamp, meeting_id: id }),
    endings: (integration = 'meetings') => stack.endings(integration),
    linksOf: (noteId) => {
      const links = stack.twenty.records('noteTargets').filter((one) => one['noteId'] === noteId);
      return { people: ids(links, 'targetPersonId'), companies: ids(links, 'targetCompanyId'), opportunities: ids(links, 'targetOpportunityId') };
    },
  };
}

function ids(links: readonly Readonly<Record<string, unknown>>[], field: string): readonly unknown[] {
  return links.map((one) => one[field]).filter((id) => typeof id === 'string').sort();
}

/** The first members of the sandbox workspace, by name. */
export function memberOf(stack: MeetingStack, n = 0): { readonly id: string; readonly email: string; readonly name: string } {
  const member = stack.twenty.records('workspaceMembers')[n]!;
  const { firstName, lastName } = member['name'] as { firstName: string; lastName: string };
  return { id: String(member['id']), email: String(member['userEmail']), name: `${firstName} ${lastName}` };
}

export function markdownOf(note: Readonly<Record<string, unknown>>): string {
  return String((note['bodyV2'] as { markdown: unknown }).markdown);
}
