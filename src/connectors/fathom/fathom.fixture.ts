/** A meeting as Fathom posts and answers it, with the example of its documentation for a guide. */
export function fathomCall(more: Readonly<Record<string, unknown>> = {}) {
  return {
    title: 'Quarterly Business Review', meeting_title: 'QBR 2025 Q1', recording_id: 123456789,
    url: 'https://fathom.video/xyz123', share_url: 'https://fathom.video/share/xyz123', created_at: '2025-03-01T17:01:30Z',
    scheduled_start_time: '2025-03-01T16:00:00Z', scheduled_end_time: '2025-03-01T17:00:00Z', recording_start_time: '2025-03-01T16:01:12Z', recording_end_time: '2025-03-01T17:00:55Z',
    calendar_invitees_domains_type: 'one_or_more_external', transcript_language: 'en',
    transcript: [{ speaker: { display_name: 'Ann Lee', matched_calendar_invitee_email: 'ann@acme.example' }, text: 'Let us look at the budget again.', timestamp: '00:05:32' }],
    default_summary: { template_name: 'general', markdown_formatted: '## Summary\nThe budget is at risk.\n' },
    action_items: [
      { description: 'Email revised proposal to client', user_generated: false, completed: false, recording_timestamp: '00:10:45', recording_playback_url: 'https://fathom.video/xyz123#t=645', assignee: { name: 'Jane Austen', email: 'jane.austen@apple.dev', team: 'Sales' } },
      { description: 'Book the room', user_generated: true, completed: true, recording_timestamp: '00:11:00', recording_playback_url: null, assignee: { name: null, email: null, team: null } },
    ],
    calendar_invitees: [
      { name: 'Ann Lee', email: 'ann@acme.example', email_domain: 'acme.example', is_external: true, matched_speaker_display_name: 'Ann Lee' },
      { name: null, email: 'kim@apple.dev', email_domain: 'apple.dev', is_external: false, matched_speaker_display_name: 'Kim' },
    ],
    recorded_by: { name: 'Jane Austen', email: 'jane.austen@apple.dev', email_domain: 'apple.dev', team: 'Sales' },
    crm_matches: null,
    ...more,
  };
}
