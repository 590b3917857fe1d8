import { z } from 'zod';
import type { ToolAnswer, ToolRequest } from '../stand-in.ts';
import type { Crm } from './crm.ts';
import { refused } from './refusal.ts';

const NOW = '2026-01-05T09:00:00.000Z';
const ENROLMENTS = '/automation/sequences/2026-03/enrollments';

/** Enrolments in sequences: a contact is in one at a time. */
export class Sequences {
  #in = new Map<string, string>();
  #enrolments: { readonly sequenceId: string; readonly email: string }[] = [];
  readonly #sequences: readonly string[];
  readonly #crm: Crm;

  constructor(sequences: readonly string[], crm: Crm) {
    this.#sequences = sequences;
    this.#crm = crm;
  }

  put(contactId: string, sequenceId: string): void {
    this.#in.set(contactId, sequenceId);
  }

  enrolled(sequenceId: string): readonly string[] {
    return this.#enrolments.filter((one) => one.sequenceId === sequenceId).map(({ email }) => email);
  }

  answer(request: ToolRequest): ToolAnswer | undefined {
    const { method, path } = request;
    if (method === 'POST' && path === ENROLMENTS) return this.#enrol(request);
    const contactId = path.startsWith(`${ENROLMENTS}/contact/`) ? path.slice(`${ENROLMENTS}/contact/`.length) : undefined;
    return method === 'GET' && contactId !== undefined ? this.#enrolment(contactId) : undefined;
  }

  saved(): unknown {
    return { in: [...this.#in], enrolments: this.#enrolments };
  }

  load(saved: unknown): void {
    const read = saved as { in: [string, string][]; enrolments: { sequenceId: string; email: string }[] };
    this.#in = new Map(read.in);
    this.#enrolments = read.enrolments;
  }

  #enrol({ json, query }: ToolRequest): ToolAnswer {
    const read = z.strictObject({ contactId: z.string(), sequenceId: z.string(), senderEmail: z.string(), senderAliasAddress: z.string().optional() }).safeParse(json());
    if (!read.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
    if ((query.get('userId') ?? '') === '') return refused(400, 'VALIDATION_ERROR', "Required query parameter 'userId' is missing");
    const { contactId, sequenceId } = read.data;
    const contact = this.#crm.find('contacts', contactId);
    if (contact === undefined) return refused(400, 'VALIDATION_ERROR', 'Contact not found');
    if (!this.#sequences.includes(sequenceId)) return refused(400, 'VALIDATION_ERROR', 'Sequence not found');
    if (contact.properties['hs_email_optout'] === 'true') return refused(400, 'VALIDATION_ERROR', 'Contact is opted out');
    if (this.#in.has(contactId)) return refused(400, 'VALIDATION_ERROR', 'Contact is already enrolled in a sequence');
    this.#in.set(contactId, sequenceId);
    const email = String(contact.properties['email']);
    this.#enrolments.push({ sequenceId, email });
    return { status: 200, body: { id: String(900 + this.#enrolments.length), toEmail: email, enrolledAt: NOW, updatedAt: NOW }, changed: `enrolled ${email} in ${sequenceId}` };
  }

  #enrolment(contactId: string): ToolAnswer {
    const sequenceId = this.#in.get(contactId);
    if (sequenceId === undefined) return refused(404, 'OBJECT_NOT_FOUND', 'No enrollment found for contact');
    const { email } = this.#crm.find('contacts', contactId)!.properties;
    return { status: 200, body: { id: '901', toEmail: email, enrolledAt: NOW, updatedAt: NOW, enrolledBy: '2222222', enrolledByEmail: 'ann@acme.example', sequenceId, sequenceName: 'Welcome' } };
  }
}
