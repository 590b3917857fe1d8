import { setTimeout as pause } from 'node:timers/promises';
import type { SluiceConfig } from '../config/define-config.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { type EventView, eventsOfLane, findEvent } from '../store/views.ts';
import { type Begun, beginSamples } from './sample-begin.ts';
import { type PlannedSample, planOf } from './sample-plan.ts';

/** How a sample ended; `problem` says why it was not sent or not accepted. */
export interface SampleResult {
  readonly integration: string;
  readonly sample: string;
  readonly event?: EventView;
  readonly problem?: string;
}

export interface SendSamplesOptions {
  readonly gatewayUrl: string;
  /** The sandbox of Twenty, in which records are made. */
  readonly twentyUrl: string;
  readonly databaseUrl: string;
  readonly config: Pick<SluiceConfig, 'integrations'>;
  readonly env: NodeJS.ProcessEnv;
  readonly apiToken: string | undefined;
  /** How long outcomes are waited for in all, in milliseconds. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 100;
const ENDS: ReadonlySet<string> = new Set(['waiting', 'held', 'succeeded', 'skipped', 'failed', 'superseded', 'discarded']);

/**
 * Makes every integration do its samples: webhooks are sent as their sender would, what record events tell of is done in the
 * sandbox, starts by hand and by the clock are made. First the forms, whose people the others need; last what tools tell of records
 * that something has been done with. Each is waited for until `waitMs` is over, and none keeps the others.
 */
export async function sendSamples(options: SendSamplesOptions): Promise<readonly SampleResult[]> {
  const deadline = Date.now() + options.waitMs;
  const database = openDatabase(options.databaseUrl, { max: 2, applicationName: 'sluice samples' });
  const carryOut = (round: readonly PlannedSample[]): readonly Promise<SampleResult>[] =>
    beginSamples(round, options).map(async (begun, index) => {
      const { integration: { name }, sample } = round[index]!;
      return { integration: name, sample: sample.name, ...(await ended(database, name, await begun, deadline, options.signal)) };
    });
  try {
    const all = Object.values(options.config.integrations).flatMap(planOf);
    const isForm = ({ integration }: PlannedSample): boolean => integration.useCase.name === 'web-forms';
    const isNews = ({ integration, way }: PlannedSample): boolean => way.kind === 'hook' && integration.useCase.records !== undefined;
    const [forms, news] = [all.filter(isForm), all.filter(isNews)];
    const rest = all.filter((one) => !isForm(one) && !isNews(one));
    const ends = new Map<PlannedSample, SampleResult>();
    for (const [index, end] of (await Promise.all(carryOut(forms))).entries()) ends.set(forms[index]!, end);
    const deeds = carryOut(rest);
    const told = news.map(async (one) => {
      await Promise.all(deeds.filter((_deed, index) => rest[index]!.integration === one.integration));
      return carryOut([one])[0]!;
    });
    for (const [index, end] of (await Promise.all([...deeds, ...told])).entries()) ends.set([...rest, ...news][index]!, end);
    return all.map((one) => ends.get(one)!);
  } finally {
    await database.close();
  }
}

/** Waits for the end of what was begun. Of a record's events the one that made a run counts; others are its echoes. */
async function ended(database: Database, integration: string, begun: Begun, deadline: number, signal: AbortSignal): Promise<Pick<SampleResult, 'event' | 'problem'>> {
  if ('problem' in begun) return begun;
  for (;;) {
    const ids = 'eventId' in begun ? [begun.eventId] : await eventsOfLane(database, integration, begun.lane);
    const events = (await Promise.all(ids.map((id) => findEvent(database, id)))).filter((event) => event !== undefined).map((event) => only(event, integration));
    const told = events.find(({ deliveries }) => deliveries.length > 0 && deliveries.every(({ state, code }) => ENDS.has(state) && !ECHOES.has(code ?? '')));
    if (told !== undefined) return { event: told };
    const isOver = events.length > 0 && events.every(({ deliveries }) => deliveries.every(({ state }) => ENDS.has(state)));
    if (isOver || Date.now() > deadline) return events[0] === undefined ? { problem: 'no event came of it in time' } : { event: events[0] };
    await pause(POLL_MS, undefined, { signal });
  }
}

const ECHOES: ReadonlySet<string> = new Set(['superseded', 'unchanged', 'no_transition', 'noted', 'stale']);

/** The event with this integration's deliveries alone. */
function only(event: EventView, integration: string): EventView {
  return { ...event, deliveries: event.deliveries.filter((delivery) => delivery.integration === integration) };
}
