import { Client, Connection, type WorkflowExecutionStatusName } from '@temporalio/client';
import type { Rig } from './rig.ts';
import { namespace } from './servers.ts';

/** Ends a run as somebody does by hand in Temporal's Web UI. */
export async function terminateRun(rig: Rig, setId: string): Promise<void> {
  await withClient(rig, (client) => client.workflow.getHandle(setId).terminate('by hand'));
}

/** How the runs stand that ever had this set's id; more than one means that it was started twice. */
export async function runsOf(rig: Rig, setId: string): Promise<readonly WorkflowExecutionStatusName[]> {
  return withClient(rig, async (client) => {
    const names: WorkflowExecutionStatusName[] = [];
    for await (const run of client.workflow.list({ query: `WorkflowId = '${setId}'` })) names.push(run.status.name);
    return names;
  });
}

async function withClient<T>(rig: Rig, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: rig.temporal.address() });
  try {
    return await work(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}
