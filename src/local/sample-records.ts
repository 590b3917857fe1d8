import type { RecordEvent } from '../domain/record-event.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A hand in the sandbox of Twenty, as a signed-in user's: what it writes is told to Sluice like anybody's change. */
export interface SandboxHands {
  records(objectPlural: string): Promise<readonly Fields[]>;
  make(objectPlural: string, fields: Fields): Promise<Fields>;
  edit(objectPlural: string, id: string, fields: Fields): Promise<void>;
  /** Resolves when every webhook is delivered. */
  settled(): Promise<void>;
}

/**
 * Makes happen in the sandbox what record events tell of: records are made, in a company and with a contact where they have such
 * relations, and afterwards those that an event says were updated come to hold what it says. Answers what could not be made, by record id.
 */
export async function playRecords(hands: SandboxHands, events: readonly RecordEvent[]): Promise<ReadonlyMap<string, string>> {
  const problems = new Map<string, string>();
  const attempt = async (id: string, work: () => Promise<unknown>): Promise<void> => {
    if (!problems.has(id)) await work().catch((error: unknown) => problems.set(id, error instanceof Error ? error.message : String(error)));
  };
  // People first: deals have a contact.
  for (const [id, about] of [...Map.groupBy(events, ({ recordId }) => recordId)].sort(([, [a]], [, [b]]) => rank(a!) - rank(b!))) {
    await attempt(id, async () => {
      const plural = pluralOf(about[0]!.object);
      if ((await hands.records(plural)).some((record) => record['id'] === id)) return;
      const [{ object, action, record, updatedFields }] = about as [RecordEvent];
      const before = action === 'updated' ? without(record, updatedFields) : record;
      await hands.make(plural, { ...written(before), ...(await relationsOf(hands, object, before)), id });
    });
  }
  await hands.settled();
  for (const { object, recordId, record, updatedFields } of events.filter(({ action }) => action === 'updated')) {
    await attempt(recordId, () => hands.edit(pluralOf(object), recordId, Object.fromEntries(updatedFields.map((field) => [field, record[field]]))));
  }
  await hands.settled();
  return problems;
}

/** Speaks to the sandbox's own endpoints, which no real Twenty has. */
export function sandboxHands(url: string, signal: AbortSignal): SandboxHands {
  const ask = async (method: string, path: string, body?: Fields): Promise<unknown> => {
    const answer = await fetch(`${url}/sandbox/${path}`, {
      method, signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const read = (await answer.json().catch(() => undefined)) as { readonly problem?: string } | undefined;
    if (!answer.ok) throw new Error(read?.problem ?? `the sandbox answered ${String(answer.status)}`);
    return read;
  };
  return {
    records: async (plural) => (await ask('GET', `records/${plural}`)) as readonly Fields[],
    make: async (plural, fields) => (await ask('POST', `as-user/${plural}`, fields)) as Fields,
    edit: async (plural, id, fields) => void (await ask('PATCH', `as-user/${plural}/${id}`, fields)),
    settled: async () => void (await ask('GET', 'settled')),
  };
}

const COMPANY = { name: 'Bright Harbor', domainName: { primaryLinkUrl: 'https://brightharbor.example', primaryLinkLabel: '' } };

/** Samples name no other records, for nobody knows what a workspace holds; in the sandbox they are all of one company. */
async function relationsOf(hands: SandboxHands, object: string, fields: Fields): Promise<Fields> {
  if (object === 'company' || fields['companyId'] !== null) return {};
  const known = (await hands.records('companies')).find((company) => JSON.stringify(company['domainName']).includes('brightharbor.example'));
  const companyId = (known ?? (await hands.make('companies', COMPANY)))['id'];
  if (fields['pointOfContactId'] !== null) return { companyId };
  const contact = (await hands.records('people')).find((person) => person['companyId'] === companyId);
  return { companyId, ...(contact === undefined ? {} : { pointOfContactId: contact['id'] }) };
}

/** Without what Twenty says of a record and nobody writes. */
function written(record: Fields): Fields {
  return without(Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)), ['createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy', 'position', 'searchVector']);
}

function without(record: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

function rank({ object }: RecordEvent): number {
  return ['company', 'person'].indexOf(object) === -1 ? 2 : ['company', 'person'].indexOf(object);
}

function pluralOf(object: string): string {
  return { person: 'people', company: 'companies', opportunity: 'opportunities' }[object] ?? `${object}s`;
}
