import type { EmailSequencesActivities } from '../../activities/email-sequences/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/**
 * People who meet the criteria are enrolled in a sequence of the tool, once and for ever; what the tool tells of them is noted, never
 * backwards. Either way the state is written beside the person, and one follow-up task is made, or told what happened.
 */
export async function emailSequences(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<EmailSequencesActivities>();
    const opened = await own.openSequences.executeWithOptions(summary(run, 'Take up the people and the news'), [run]);
    const twenty = steps<EmailSequencesActivities>(opened.connections.twenty);

    let enrolled = 0;
    const { read } = opened.people === 0 ? { read: 0 } : await twenty.readCandidates.executeWithOptions(summary(run, `Read ${people(opened.people)} with their companies`), [run]);
    const { chosen } = read === 0 ? { chosen: 0 } : await own.chooseSequences.executeWithOptions(summary(run, `Choose the sequences of ${people(read)}`), [run]);
    if (chosen > 0) ({ enrolled } = await steps<EmailSequencesActivities>(opened.connections.tool).enrolLeads.executeWithOptions(summary(run, `Enrol ${people(chosen)}`), [run]));

    const { unknown } = opened.news === 0 ? { unknown: 0 } : await own.placeNews.executeWithOptions(summary(run, `Find whom ${count(opened.news, 'call is', 'calls are')} about`), [run]);
    if (unknown > 0) await twenty.findNewsPeople.executeWithOptions(summary(run, `Find ${people(unknown)} by email`), [run]);
    const { told } = opened.news === 0 ? { told: 0 } : await own.takeNews.executeWithOptions(summary(run, 'Note the news'), [run]);

    if (enrolled + told > 0) await twenty.writeStates.executeWithOptions(summary(run, `Write the state of ${people(enrolled + told)}`), [run]);
    if (enrolled > 0 && opened.followUp) {
      const { made } = await twenty.makeFollowUps.executeWithOptions(summary(run, `Create ${count(enrolled, 'task', 'tasks')}`), [run]);
      if (made > 0) await twenty.linkFollowUps.executeWithOptions(summary(run, 'Link the tasks to people and companies'), [run]);
    }
    if (told > 0 && opened.followUp) await twenty.tellFollowUps.executeWithOptions(summary(run, 'Tell the follow-up tasks'), [run]);
    return own.settleSequences.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

function people(n: number): string {
  return count(n, 'person', 'people');
}

function count(n: number, one: string, many: string): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}
