import type { Sample } from '../../config/use-case.ts';

/** As Fathom posts a meeting, whole. Whoever took part need not be in Twenty; then the outcome says so. */
const recorded = (name: string, more: Readonly<Record<string, unknown>>): Sample => ({
  name,
  contentType: 'application/json',
  body: JSON.stringify({
    share_url: `https://fathom.video/share/${name}`,
    created_at: '2026-01-05T10:46:30Z',
    recording_start_time: '2026-01-05T10:00:40Z',
    recording_end_time: '2026-01-05T10:45:10Z',
    calendar_invitees_domains_type: 'one_or_more_external',
    recorded_by: { name: 'Jane Austen', email: 'jane.austen@apple.dev', email_domain: 'apple.dev', team: 'Sales' },
    ...more,
  }),
});

const clara = { name: 'Clara Lindqvist', email: 'clara@brightharbor.example', email_domain: 'brightharbor.example', is_external: true, matched_speaker_display_name: 'Clara Lindqvist' };
const tomas = { name: 'Tomas Berg', email: 'tomas.berg@brightharbor.example', email_domain: 'brightharbor.example', is_external: true, matched_speaker_display_name: null };
const jane = { name: 'Jane Austen', email: 'jane.austen@apple.dev', email_domain: 'apple.dev', is_external: false, matched_speaker_display_name: 'Jane Austen' };

export const SAMPLES: readonly Sample[] = [
  recorded('demo-call', {
    recording_id: 700101,
    title: 'Demo for Bright Harbor',
    meeting_title: 'Demo for Bright Harbor',
    calendar_invitees: [clara, tomas, jane],
    default_summary: {
      template_name: 'general',
      markdown_formatted: '## Purpose\n\nShow the product to Bright Harbor.\n\n## Takeaways\n\n- They are **40 people** and want to start in March.\n- Training on site matters most.\n',
    },
    action_items: [
      { description: 'Send the offer for 40 seats', user_generated: false, completed: false, recording_timestamp: '00:31:10', recording_playback_url: 'https://fathom.video/share/demo-call#t=1870', assignee: { name: 'Jane Austen', email: 'jane.austen@apple.dev', team: 'Sales' } },
      { description: 'Share the list of sites for the training', user_generated: false, completed: false, recording_timestamp: '00:38:02', recording_playback_url: 'https://fathom.video/share/demo-call#t=2282', assignee: { name: 'Clara Lindqvist', email: 'clara@brightharbor.example', team: null } },
    ],
    transcript: [{ speaker: { display_name: 'Clara Lindqvist', matched_calendar_invitee_email: 'clara@brightharbor.example' }, text: 'We are forty people.', timestamp: '00:05:32' }],
  }),
  recorded('internal-weekly', {
    recording_id: 700102,
    title: 'Sales weekly',
    meeting_title: 'Sales weekly',
    calendar_invitees_domains_type: 'only_internal',
    calendar_invitees: [jane],
    default_summary: { template_name: 'general', markdown_formatted: '## Numbers\n\nThe quarter is on track.\n' },
    action_items: [],
    transcript: null,
  }),
];
