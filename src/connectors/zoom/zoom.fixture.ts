/** What AI Companion writes of a meeting. */
export const zoomSummary = {
  meeting_host_id: 'host', meeting_host_email: 'jane.austen@apple.dev', meeting_uuid: 'aDYlohsHRtCd4ii1uC2+hA==', meeting_id: 83_812_345_678, meeting_topic: 'Acme: renewal', meeting_start_time: '2025-11-25T15:00:00Z', meeting_end_time: '2025-11-25T15:30:00Z',
  summary_start_time: '2025-11-25T15:00:05Z', summary_end_time: '2025-11-25T15:29:50Z', summary_created_time: '2025-11-25T15:31:00Z', summary_last_modified_time: '2025-11-25T15:31:00Z',
  summary_title: 'Meeting summary for Acme: renewal', summary_overview: 'Acme renews for two years.',
  summary_details: [{ label: 'Price', summary: 'Five per cent more.' }, { label: 'Risk', summary: '' }],
  next_steps: ['Jane Austen to send the contract', 'Ann to name the signer by 2025-12-05'],
};

/** The webhook of a summary. */
export function zoomNews(more: Readonly<Record<string, unknown>> = {}, event = 'meeting.summary_completed') {
  return { event, event_ts: 1_764_084_660_000, payload: { account_id: 'acc', object: { ...zoomSummary, ...more } } };
}
