/** The queue of workflows and of Sluice's own activities, which touch nothing but Postgres. */
export const OWN_QUEUE = 'sluice';

/** A connection has a queue of its own, so that its rate and concurrency bind no other. */
export function queueOf(connection: string): string {
  return `${OWN_QUEUE}-${connection}`;
}
