import type { LeadScoringActivities } from '../../activities/lead-scoring/index.ts';
import type { OpenedLeads } from '../../activities/lead-scoring/open-leads.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/**
 * People are read with their companies, scored (here, or by the tool that is asked about them), and written where score or reasons changed: three calls for a set, two of them
 * only when there is something to write. The owner of a lead that crossed the threshold upwards is told, once for each crossing.
 */
export async function leadScoring(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<LeadScoringActivities>();
    const leads = await own.openLeads.executeWithOptions(summary(run, 'Take up the records'), [run]);
    const twenty = steps<LeadScoringActivities>(leads.connections.twenty);
    const { read } = leads.records === 0 ? { read: 0 } : await twenty.readLeads.executeWithOptions(summary(run, `Read ${people(leads.records)} with their companies`), [run]);
    if (read === 0) return own.settleLeads.executeWithOptions(summary(run, 'Note the outcomes'), [run]);

    if (leads.scorer !== undefined) await ask(run, leads.scorer, read);
    const { toWrite, alerts } = await own.scoreLeads.executeWithOptions(summary(run, `Score ${people(read)}`), [run]);
    if (toWrite > 0) await twenty.writeScores.executeWithOptions(summary(run, `Write the score of ${people(toWrite)}`), [run]);

    if (alerts > 0 && leads.alert === 'task') {
      const { made } = await twenty.makeAlertTasks.executeWithOptions(summary(run, `Create ${count(alerts, 'task', 'tasks')}`), [run]);
      if (made > 0) await twenty.linkAlertTasks.executeWithOptions(summary(run, 'Link the tasks to people and companies'), [run]);
    }
    if (alerts > 0 && leads.alert === 'email' && leads.connections.mail !== undefined) {
      const { mails } = await twenty.addressAlerts.executeWithOptions(summary(run, 'Look up who owns the leads'), [run]);
      if (mails > 0) await steps<LeadScoringActivities>(leads.connections.mail).mailAlerts.executeWithOptions(summary(run, `Mail ${count(mails, 'owner', 'owners')}`), [run]);
    }
    return own.settleLeads.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

/** All parts end before the run goes on or gives up, so that no answer that was paid for is lost. */
async function ask(run: RunInput, { connection, parts }: NonNullable<OpenedLeads['scorer']>, read: number): Promise<void> {
  const scorer = steps<LeadScoringActivities>(connection);
  const asked = await Promise.allSettled(Array.from({ length: parts }, (_, part) =>
    scorer.askScorer.executeWithOptions(summary(run, `Ask ${connection} about ${people(read)}${parts === 1 ? '' : `, part ${String(part + 1)} of ${String(parts)}`}`), [run, { part, parts }])));
  const lost = asked.find((one) => one.status === 'rejected');
  if (lost !== undefined) throw lost.reason;
}

function people(n: number): string {
  return count(n, 'person', 'people');
}

function count(n: number, one: string, many: string): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}
