import type { Meeting } from '../../domain/meeting.ts';
import { oneLine } from '../../domain/text.ts';
import type { Candidate, Linked } from '../../workflows/meeting-notes/contract.ts';
import { openCandidates } from '../../workflows/meeting-notes/rules.ts';
import type { OpportunitySettings } from '../../workflows/meeting-notes/settings.ts';

/** The open opportunity that a meeting is about. Where the configuration's function fails, the one touched last is taken. */
export function chooseOpportunity(all: readonly Candidate[], meeting: Meeting, { enabled, prefer, ...stages }: OpportunitySettings): { readonly chosen?: Linked; readonly remark?: string } {
  const open = enabled ? openCandidates(all, stages, typeof prefer === 'function' ? 'touched' : prefer) : [];
  if (open.length === 0) return {};
  if (typeof prefer !== 'function') return { chosen: linked(open[0]!) };
  try {
    const id = prefer(open, meeting);
    const chosen = open.find((one) => one.id === id);
    return chosen === undefined ? {} : { chosen: linked(chosen) };
  } catch (error) {
    return { chosen: linked(open[0]!), remark: `The prefer function in the configuration failed: ${(error as Error).message}` };
  }
}

function linked({ id, name }: Candidate): Linked {
  return { id, name: oneLine(name) || 'an opportunity without a name' };
}
