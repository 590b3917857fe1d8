import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { EnrichmentActivities } from '../../activities/enrichment/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/**
 * Records that are not fresh are asked about, one provider after the other until one answers, in as few requests as each of them takes;
 * what is known is merged into the records in one write. Three calls to Twenty for a set. Who is worth a call makes a task, what speaks for
 * calling now a mail, each once. A provider that is out of credits or out of order is passed by, and what nobody else answers waits.
 */
export async function enrichment(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<EnrichmentActivities>();
    const { records, noun, connections } = await own.openSubjects.executeWithOptions(summary(run, 'Take up the records'), [run]);
    const twenty = steps<EnrichmentActivities>(connections.twenty);
    const { read, toAsk } = records === 0 ? { read: 0, toAsk: 0 } : await twenty.readSubjects.executeWithOptions(summary(run, `Read ${count(records, noun)}`), [run]);
    if (read === 0) return own.settleSubjects.executeWithOptions(summary(run, 'Note the outcomes'), [run]);

    if (toAsk > 0) await askInARow(run, connections.providers, noun);
    const { toWrite, tasks, signals } = await own.weighAnswers.executeWithOptions(summary(run, 'Weigh the answers'), [run]);
    if (toWrite > 0) await twenty.writeProfiles.executeWithOptions(summary(run, `Write what is known of ${count(toWrite, noun)}`), [run]);
    if (tasks > 0) {
      const { made } = await twenty.makeSalesTasks.executeWithOptions(summary(run, `Create ${count(tasks, 'sales task')}`), [run]);
      if (made > 0) await twenty.linkSalesTasks.executeWithOptions(summary(run, 'Link the tasks'), [run]);
    }
    if (signals > 0 && connections.mail !== undefined) {
      await steps<EnrichmentActivities>(connections.mail).mailSignals.executeWithOptions(summary(run, `Mail the buying signals of ${count(signals, noun)}`), [run]);
    }
    return own.settleSubjects.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

async function askInARow(run: RunInput, providers: readonly string[], noun: string): Promise<void> {
  for (const [index, provider] of providers.entries()) {
    const { requests, records } = await localSteps<EnrichmentActivities>().planAsking.executeWithOptions(summary(run, `Lay out the requests to ${provider}`), [run, index]);
    for (let left = requests; left > 0; ) {
      left = await ask(run, index, provider, `Ask ${provider} about ${count(records, noun)}, ${count(left, 'request')} to make`);
    }
  }
}

/** How many requests are left; none when the provider rests. */
async function ask(run: RunInput, index: number, provider: string, words: string): Promise<number> {
  try {
    return (await steps<EnrichmentActivities>(provider).askProvider.executeWithOptions(summary(run, words), [run, index])).left;
  } catch (error) {
    if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'Resting') return 0;
    throw error;
  }
}

const PLURALS: Readonly<Record<string, string>> = { person: 'people', company: 'companies' };

function count(n: number, one: string): string {
  return `${String(n)} ${n === 1 ? one : (PLURALS[one] ?? `${one}s`)}`;
}
