import type { Asked, HeldExchange } from './http-gate.ts';
import type { IntegrationName } from './integrations.ts';
import type { Victim } from './part.ts';
import type { Rig } from './rig.ts';
import type { Submission } from './sender.ts';

/** Where an effect can stand when something dies. */
export const effectStates = [
  'planned, before its attempt is committed',
  'attempting, before the call arrives',
  'carried out, before the answer is there',
  'answered, before its end is committed',
] as const;

export type EffectState = (typeof effectStates)[number];

/** One set of submissions per kind of effect, which is held up at that effect. */
export interface Kind {
  readonly integration: IntegrationName;
  readonly step: string;
  readonly members: number;
  /** The person is in Twenty already and is completed. */
  readonly known?: boolean;
  readonly company?: boolean;
  isCall(asked: Asked, marks: readonly string[], rig: Rig): boolean;
}

const mentions = (body: string, marks: readonly string[]): boolean => marks.some((mark) => body.includes(mark));
const creates = (what: string) => ({ body }: Asked, marks: readonly string[]): boolean => body.includes(`create${what}(`) && !body.includes('"upsert":true') && mentions(body, marks);

export const kinds: readonly Kind[] = [
  { integration: 'companies', step: 'company', members: 2, company: true, isCall: creates('Companies') },
  { integration: 'people', step: 'person', members: 2, isCall: creates('People') },
  { integration: 'tasks', step: 'task', members: 2, isCall: creates('Tasks') },
  { integration: 'links', step: 'task link to person', members: 2, isCall: ({ body }, marks, rig) => body.includes('createTaskTargets(') && mentions(body, taskIds(rig, marks)) },
  { integration: 'update', step: 'person update', members: 1, known: true, isCall: ({ body }, marks) => body.includes('updatePerson(') && mentions(body, marks) },
  { integration: 'updates', step: 'person update', members: 4, known: true, isCall: ({ body }, marks) => body.includes('"upsert":true') && mentions(body, marks) },
  { integration: 'mail', step: 'mail', members: 3, isCall: ({ body, path }, marks) => path === '/emails' && mentions(body, marks) },
];

/** Sends one set per kind and waits until each stands at its effect in this state. Answers how to let them go again. */
export async function holdEach(rig: Rig, state: EffectState, name: string): Promise<{ letGo(victim: Victim): Promise<void> }> {
  const sets = kinds.map((kind) => ({ kind, forms: formsOf(kind, name) }));
  for (const { kind, forms } of sets) if (kind.known === true) forms.forEach(({ email }) => rig.twenty.asUser.create('people', { emails: { primaryEmail: email } }));
  const exchanges: HeldExchange[] = [];
  const hold = (at: 'request' | 'answer'): void => {
    for (const { kind, forms } of sets) {
      const marks = forms.map(({ mark }) => mark);
      const gate = kind.integration === 'mail' ? rig.mailGate : rig.twentyGate;
      exchanges.push(gate.hold(at, (asked) => kind.isCall(asked, marks, rig)));
    }
  };
  const places = kinds.map(({ integration, step }) => `effect ${state === effectStates[0] ? 'attempting' : 'done'} ${integration} ${step}`);
  const inDatabase = state === effectStates[0] || state === effectStates[3];
  if (inDatabase) await rig.databaseGate.shut(...places);
  else hold(state === effectStates[1] ? 'request' : 'answer');

  // All of a kind at once, so that they make one set.
  rig.dispatcher.freeze();
  await Promise.all(sets.flatMap(({ forms }) => forms.map((form) => rig.sender.submit(form))));
  rig.dispatcher.thaw();
  if (inDatabase) await rig.databaseGate.reached(...places);
  else await rig.until('a call of each kind', () => exchanges.every(({ isStanding }) => isStanding));
  return {
    async letGo(victim) {
      // What a dead worker had under way is lost; everybody else's goes on.
      for (const exchange of exchanges) if (victim === rig.worker) exchange.cut(); else exchange.release();
      if (inDatabase && victim === rig.worker) await rig.databaseGate.cut();
      await rig.databaseGate.open();
    },
  };
}

function formsOf({ integration, members, known, company }: Kind, name: string): readonly Submission[] {
  return Array.from({ length: members }, (_, n) => {
    const mark = `${name}-${integration}-${String(n)}`;
    const firm = `firm-${mark}`;
    return {
      integration, mark, email: `${mark}@${company === true ? `${firm}.example` : 'gmail.com'}`,
      ...(company === true ? { company: firm } : {}), ...(known === true ? { jobTitle: `Buyer of ${mark}` } : {}),
    };
  });
}

function taskIds(rig: Rig, marks: readonly string[]): readonly string[] {
  return rig.twenty.records('tasks').filter((task) => mentions(JSON.stringify(task['bodyV2']), marks)).map(({ id }) => String(id));
}
