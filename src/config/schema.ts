import { z } from 'zod';
import * as field from './fields.ts';

const days = () => field.wholeNumber(1, 3650);

export const RetentionShape = field.settings({
  /** Bodies and headers of events. Days, counted from the outcome, as all of these. */
  payloadDays: days().optional(),
  /** Deliveries and what was done for them outside. */
  deliveryDays: days().optional(),
}, 'Write { payloadDays: 30, deliveryDays: 90 }.');

const CatchUpShape = field.settings({
  everyMinutes: field.wholeNumber(1, 1440).default(5),
  /** All records are read again, for those that are gone or were changed under an older date. */
  sweepEveryDays: field.wholeNumber(1, 365).default(7),
}, 'Write { everyMinutes: 5, sweepEveryDays: 7 }.');

export const Workspace = field.settings({
  /** The last part of `/twenty/{workspace}`, where Twenty's webhooks arrive. */
  name: z.string({ error: field.wants("a name, for example 'main'") }).regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: "Write small letters, digits and hyphens, for example 'main'." }).default('main'),
  timeZone: field.timeZone().default('UTC'),
  /** Where phone numbers without a country belong. */
  country: field.country().optional(),
  /** Who hears when an integration starts to fail or to wait for a person, and when it recovers. */
  alerts: field
    .settings({
      email: field
        .settings({
          to: field.emailAddresses(),
          from: field.emailAddress(),
          /** The connection that sends it. */
          mail: field.text('mail').default('mail'),
        }, "Write { to: 'ops@acme.example', from: 'Sluice <sluice@acme.example>' }.")
        .optional(),
      webhookUrl: field.webAddress('https://chat.acme.example/hooks/sluice').optional(),
    }, "Write { email: { to: …, from: … } } or { webhookUrl: … }.")
    .optional(),
  /** What callers of `/api` must send as a bearer token; without it `/api` answers only on loopback. */
  apiToken: field.secretRefs('SLUICE_API_TOKEN').optional(),
  /** How long things are kept once they have ended well. */
  retention: RetentionShape.prefault({}).transform((given) => ({ payloadDays: given.payloadDays ?? 30, deliveryDays: given.deliveryDays ?? 90 })),
  /** How often what webhooks have not told is read from Twenty; `off` reads it only when `sluice catch-up --now` says so. */
  catchUp: z.union([z.literal('off'), CatchUpShape], { error: "Write { everyMinutes: 5, sweepEveryDays: 7 }, or 'off'." }).default({ everyMinutes: 5, sweepEveryDays: 7 }),
}, "Write { timeZone: 'Europe/Berlin', country: 'DE' }.");

export type WorkspaceInput = z.input<typeof Workspace>;
export type WorkspaceSettings = Readonly<z.output<typeof Workspace>>;

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const name = (example: string) => z.string().regex(NAME, { error: `Write the name in small letters, digits and hyphens, for example '${example}'.` });

/** The frame; what is inside connections and integrations is checked by each one's own schema. */
export const ConfigShape = field.settings({
  workspace: Workspace.prefault({}),
  connections: z.record(name('twenty'), z.unknown(), { error: field.wants("{ twenty: twenty({…}), mail: resend({…}) }") }),
  integrations: z.record(name('contact-form'), z.unknown(), { error: field.wants("{ 'contact-form': webForms({…}) }") }),
  allowInsecure: z.array(z.string().min(1), { error: "Write a list of host names, for example ['twenty']." }).default([]),
}, 'Write export default defineConfig({ workspace, connections, integrations }).');
