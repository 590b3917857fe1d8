import type { Hook } from '../../config/use-case.ts';
import type { MeetingNotesSettings } from './settings.ts';

/** How `POST /hooks/{integration}` is checked and read for a recorder: whatever tells of one meeting stands in one lane. */
export function meetingNotesHook({ source }: MeetingNotesSettings): Hook {
  return {
    verification: source.verification,
    contentTypes: source.contentTypes,
    maxBodyBytes: source.maxBodyBytes,
    read(request) {
      const reading = source.read(request);
      if (reading.kind !== 'meeting') return reading;
      return { kind: 'event', dedupe: reading.dedupe, laneKey: reading.ref.id };
    },
  };
}
