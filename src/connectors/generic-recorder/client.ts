import { createGenericClient } from '../generic/client.ts';
import { MeetingShape } from '../meeting-shape.ts';
import type { OpenTool } from '../tool.ts';
import type { GenericRecorderSettings } from './index.ts';

/** Asks a configured tool for a meeting; what its answer is read as may be in any form that recorders use. */
export const openGenericRecorder: OpenTool<GenericRecorderSettings> = (settings, context) => {
  const client = createGenericClient('generic-recorder', settings, context);
  return {
    recorder: {
      service: 'generic-recorder',
      meeting: (ref, call) => client.ask(settings.meeting, ref, MeetingShape, call, { changes: false }),
    },
  };
};
