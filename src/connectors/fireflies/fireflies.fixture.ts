import type { FirefliesTranscript } from '../../sandbox/tools/fireflies.ts';

/** A sales call as Fireflies holds it; action items as it writes them, under the names of the speakers. */
export function firefliesCall(more: Partial<FirefliesTranscript> = {}): FirefliesTranscript {
  return {
    id: '01JDFIREFLIES01', title: 'Acme: pricing call', date: 1_764_082_800_000, duration: 45.5, transcript_url: 'https://app.fireflies.ai/view/01JDFIREFLIES01',
    organizer_email: 'jane.austen@apple.dev',
    participants: ['jane.austen@apple.dev', 'ann@acme.example,bob@acme.example'],
    meeting_attendees: [{ displayName: 'Ann Lee', email: 'ann@acme.example' }, { displayName: null, email: 'bob@acme.example' }],
    summary: {
      overview: '- **Pricing:** Acme wants the **team plan** from January.\n- **Risk:** their legal review takes two weeks.',
      shorthand_bullet: '**Pricing** (00:00 - 10:12)\n- Team plan for 40 seats',
      action_items: '\n**Jane Austen**\nSend the revised proposal to Ann (16:17)\nBook the security review by 2026-12-01 (21:05)\n\n**Ann Lee**\nShare the list of users (31:40)\n\n**Unassigned**\nCheck the discount with finance (40:02)\n',
    },
    sentences: [{ speaker_name: 'Ann Lee', text: 'We would like the team plan.' }, { speaker_name: null, text: 'Good.' }],
    ...more,
  };
}
