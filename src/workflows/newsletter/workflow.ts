import { continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';
import type { NewsletterActivities } from '../../activities/newsletter/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';
import { MOST_LOOKS, nextLookMs } from './rules.ts';

/** A run goes on as a new one after about so many events, so that its history stays small however many people there are. */
const EVENTS_A_RUN = 60;

/**
 * The people of a view are read page by page and frozen, added to the tool's list in its bulk form, and looked up there where the
 * tool's answer does not say how each of them stands. A campaign record in Twenty shows it from beginning to end, and marketing is told. How
 * far it has come is kept in Postgres, so that a run that begins anew goes on where the last one stood.
 */
export async function newsletter(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<NewsletterActivities>();
    const { open, twenty: workspace, tool, mail, mailing } = await own.openNewsletters.executeWithOptions(summary(run, 'Take up the start'), [run]);
    const [twenty, lists] = [steps<NewsletterActivities>(workspace), steps<NewsletterActivities>(tool)];
    for (const deliveryId of open) {
      const { people } = await twenty.countReaders.executeWithOptions(summary(run, 'Count the people of the view, and let Twenty count them'), [run, deliveryId]);
      if (people === 0) continue;
      for (let part = 1, done = false; !done; part += 1) {
        ({ done } = await twenty.readReaders.executeWithOptions(summary(run, `Read ${String(people)} people, part ${String(part)}`), [run, deliveryId]));
        await turnOver(run, done);
      }
      const { requests } = await own.freezeReaders.executeWithOptions(summary(run, 'Freeze who is added'), [run, deliveryId]);
      if (requests === 0) continue;
      const { made } = await twenty.createCampaign.executeWithOptions(summary(run, 'Create the campaign in Twenty'), [run, deliveryId]);
      if (!made) continue;

      for (let part = 1, done = false; !done; part += 1) {
        ({ done } = await lists.addReaders.executeWithOptions(summary(run, `Add people to the list in ${String(requests)} requests, part ${String(part)}`), [run, deliveryId]));
        await turnOver(run, done);
      }
      for (let looks = 0, underWay = true; underWay; looks += 1) {
        ({ underWay } = await lists.lookAtImports.executeWithOptions(summary(run, 'Look how far the tool has come'), [run, deliveryId, looks >= MOST_LOOKS]));
        if (underWay) await sleep(nextLookMs(looks));
      }
      for (let part = 1, done = false; !done; part += 1) {
        ({ done } = await lists.readStandings.executeWithOptions(summary(run, `Look up who has unsubscribed, part ${String(part)}`), [run, deliveryId]));
        await turnOver(run, done);
      }
      if (mailing !== 'none') await lists.draftMailing.executeWithOptions(summary(run, 'Draft the mailing'), [run, deliveryId]);
      if (mailing === 'send') await lists.sendMailing.executeWithOptions(summary(run, 'Send the mailing'), [run, deliveryId]);
      await twenty.finishCampaign.executeWithOptions(summary(run, 'Write the result to the campaign'), [run, deliveryId]);
      await steps<NewsletterActivities>(mail).confirmNewsletter.executeWithOptions(summary(run, 'Tell marketing'), [run, deliveryId]);
    }
    return own.settleNewsletters.executeWithOptions(summary(run, 'Note the outcome'), [run]);
  });
}

async function turnOver(run: RunInput, done: boolean): Promise<void> {
  if (!done && workflowInfo().historyLength > EVENTS_A_RUN) await continueAsNew<typeof newsletter>(run);
}
