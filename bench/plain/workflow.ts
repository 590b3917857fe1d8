import { proxyActivities, uuid4, workflowInfo } from '@temporalio/workflow';
import type { Form } from '../forms.ts';
import type { PlainActivities } from './activities.ts';

const twenty = proxyActivities<PlainActivities>({ startToCloseTimeout: '1 minute' });

/** The use case as one writes it with Temporal alone: one run for each submission, one activity for each call, one by one. */
export async function plainWebForm(form: Form): Promise<void> {
  const domain = form.email.slice(form.email.indexOf('@') + 1);
  const known = await twenty.findPerson(form.email);
  const companyId = (await twenty.findCompany(domain, form.company)) ?? (await twenty.createCompany(uuid4(), domain, form.company));
  const personId = known ?? (await twenty.createPerson(uuid4(), form, companyId));
  const taskId = await twenty.createTask(uuid4(), form);
  await twenty.linkTask([uuid4(), uuid4()], taskId, personId, companyId);
  await twenty.mailSales(workflowInfo().workflowId, form, personId);
}
