import { afterEach, test } from 'vitest';
import { firefliesCall } from '../../src/connectors/fireflies/fireflies.fixture.ts';
import { recordHistories, recording } from '../harness/histories.ts';
import { type MeetingStack, startMeetings } from './rig.ts';

let stack: MeetingStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: meeting notes', { timeout: 240_000 }, async () => {
  stack = await startMeetings({ unknown: 'create' }, {}, ['worker']);
  const { recorder, tell, post } = stack;
  const host = String(stack.twenty.records('workspaceMembers')[0]!['userEmail']);
  const call = firefliesCall({ organizer_email: host, participants: [host, 'ann@acme.example'] });
  const scenarios: Record<string, () => unknown> = {
    transcribed: () => {
      recorder.put({ ...call, summary: null });
      return tell('meeting.transcribed', call.id);
    },
    summarized: () => {
      recorder.put(call);
      return tell('meeting.summarized', call.id);
    },
    'many-meetings': () => Promise.all(Array.from({ length: 12 }, (_, n) => {
      recorder.put({ ...call, id: `m${String(n)}`, title: `M${String(n)}` });
      return tell('meeting.summarized', `m${String(n)}`);
    })),
    'nobody-found': () => {
      recorder.put({ ...call, id: 'own', participants: [host], meeting_attendees: [] });
      return tell('meeting.summarized', 'own');
    },
    unknown: () => post({ event: 'meeting.summarized', timestamp: 1, meeting_id: 'nowhere' }),
    plan: async () => {
      recorder.put({ ...call, id: 'plan', participants: [host, 'new@plan.example'] });
      await fetch(`${stack!.gatewayUrl}/api/integrations/meetings/mode`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ mode: 'dry-run' }) });
      return tell('meeting.summarized', 'plan');
    },
  };
  await recordHistories('meeting-notes', stack, scenarios);
});
