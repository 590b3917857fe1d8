import type { Rig } from './rig.ts';
import type { Chance } from './seed.ts';
import type { Submission } from './sender.ts';

const AT_ONCE = 12;

/**
 * Sends a storm: people of some firms and of none write several times, one after the other, many people at once; some forms
 * are sent twice. Resolves when all are accepted.
 */
export async function storm(rig: Rig, chance: Chance, size: { readonly people: number; readonly submissions: number }): Promise<void> {
  const chains = new Map<string, Submission[]>();
  for (let n = 0; n < size.submissions; n += 1) {
    const person = n < size.people ? n : chance.between(0, size.people - 1);
    const firm = `firm-${String(person % 7)}`;
    const who = person % 3 === 0 ? { email: `person-${String(person)}@gmail.com` } : { email: `person-${String(person)}@${firm}.example`, company: firm };
    const chain = chains.get(who.email) ?? [];
    chains.set(who.email, chain);
    chain.push({ integration: 'storm', mark: `form-${String(n)}`, ...who });
  }
  const waiting = [...chance.shuffled([...chains.values()])];
  const twice = new Set([...chains.values()].flat().filter(() => chance.between(1, 3) === 1).map(({ mark }) => mark));
  const lane = async (): Promise<void> => {
    for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift()) {
      for (const form of chain) {
        await rig.sender.submit(form);
        if (twice.has(form.mark)) await rig.sender.submit(form);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
