/** The queue of workflows and of Sluice's own activities, which touch nothing but Postgres, unless `SLUICE_TASK_QUEUE` says otherwise. */
export const OWN_QUEUE = 'sluice';

/** A connection has a queue of its own, so that its rate and concurrency bind no other. */
export function queueOf(ownQueue: string, connection: string): string {
  return `${ownQueue}-${connection}`;
}
