import { randomFrom } from '../../src/sandbox/twenty/weather.ts';
import type { SandboxTwenty } from '../../src/sandbox/twenty/index.ts';

/** A workspace's day: people are added, edited, deleted and restored, by the seed. */
export async function edit(twenty: SandboxTwenty, edits: number, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const all = twenty.records('people').map(({ id }) => id as string);
  const trash = new Set<string>();
  for (let n = 0; n < edits; n += 1) {
    const chance = random();
    const id = all.length === 0 ? undefined : any(all);
    if (id === undefined || chance < 0.08) {
      const made = twenty.asUser.create('people', { emails: { primaryEmail: `p${String(seed)}-${String(n)}@acme.example` }, jobTitle: any(TITLES) });
      all.push(made['id'] as string);
    } else if (trash.has(id)) {
      twenty.asUser.restore('people', id);
      trash.delete(id);
    } else if (chance < 0.14) {
      twenty.asUser.softDelete('people', id);
      trash.add(id);
    } else if (chance < 0.8) twenty.asUser.update('people', id, { jobTitle: any(TITLES) });
    else twenty.asUser.update('people', id, { linkedinLink: { primaryLinkUrl: `https://links.example/${String(n)}` } });
    for (const now = Date.now(); Date.now() === now; ); // no two changes of a record share a millisecond, which is as fine as Twenty tells time
    // As fast as people and imports are, and so that webhooks are sent meanwhile.
    if (n % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const TITLES = ['Engineer', 'Buyer', 'Head of Sales', 'Owner', 'Designer'];
