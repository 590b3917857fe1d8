import { sleep } from '@temporalio/workflow';
import type { WebFormsActivities } from '../../activities/web-forms/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/** Twenty's own workflow has linked a new person to another company by then. */
const TWENTY_LINKS_WITHIN = '15 seconds';

/**
 * Forms come in; people, companies, follow-up tasks and a mail to the sales team come out, each exactly once. Steps that would
 * find nothing to do are left out, unless an earlier run may have left something half done.
 */
export async function webForms(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<WebFormsActivities>();
    const forms = await own.openForms.executeWithOptions(summary(run, 'Read the submissions'), [run]);
    if (forms.submissions === 0) return own.settleForms.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
    const { again } = forms;
    const twenty = steps<WebFormsActivities>(forms.connections.twenty);

    const { people, companies } = await twenty.findFormRecords.executeWithOptions(summary(run, `Find ${count(forms.people, 'person', 'people')} by email, and their companies`), [run]);

    if (companies.toCreate > 0) await twenty.createFormCompanies.executeWithOptions(summary(run, `Create ${count(companies.toCreate, 'company', 'companies')}`), [run]);
    if (companies.toUpdate > 0) await twenty.updateFormCompanies.executeWithOptions(summary(run, `Complete ${count(companies.toUpdate, 'company', 'companies')}`), [run]);

    let toUpdate = people.toUpdate + companies.toLink;
    if (people.missing > 0 || people.trashed > 0 || again) {
      const created = await twenty.createFormPeople.executeWithOptions(summary(run, `Create ${count(people.missing, 'person', 'people')}`), [run]);
      toUpdate += created.toUpdate;
    }
    if (toUpdate > 0) await twenty.updateFormPeople.executeWithOptions(summary(run, `Complete ${count(toUpdate, 'person', 'people')}`), [run]);

    if (forms.steps.tasks) {
      await twenty.createFormTasks.executeWithOptions(summary(run, `Create ${count(forms.submissions, 'task', 'tasks')}`), [run]);
    }
    const tell = async (): Promise<void> => {
      if (forms.connections.mail === undefined) return;
      await steps<WebFormsActivities>(forms.connections.mail).notifySales.executeWithOptions(summary(run, 'Mail the sales team'), [run]);
    };
    const link = async (): Promise<void> => {
      if (!forms.steps.tasks) return;
      await twenty.linkFormTasks.executeWithOptions(summary(run, 'Link the tasks to people and companies'), [run]);
    };
    await Promise.all([link(), tell()]);

    if (forms.steps.restoreLinks && companies.differing > 0 && !run.dryRun) {
      await sleep(TWENTY_LINKS_WITHIN);
      await twenty.restoreFormLinks.executeWithOptions(summary(run, 'Set the company links again'), [run]);
    }
    return own.settleForms.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

function count(n: number, one: string, many: string): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}
