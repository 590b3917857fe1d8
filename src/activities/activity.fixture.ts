import { asyncLocalStorage } from '@temporalio/activity';

/** Runs what looks at its activity, as far as a step does. */
export function inActivity<T>(work: () => Promise<T>): Promise<T> {
  const context = { cancellationSignal: new AbortController().signal, info: { activityId: '1', attempt: 1, workflowExecution: { runId: 'r' } } };
  return asyncLocalStorage.run(context as never, work);
}
