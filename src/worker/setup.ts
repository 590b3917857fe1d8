import type { SluiceConfig } from '../config/define-config.ts';
import { findSecret } from '../config/secret.ts';
import { twentyWorkspaces, type TwentyWorkspace } from '../config/workspaces.ts';
import type { TwentyClient } from '../connectors/twenty/index.ts';
import { applySchemaStep } from '../connectors/twenty/needs-apply.ts';
import { planSchema } from '../connectors/twenty/needs-plan.ts';
import { mergeNeeds, type Claim, type NeedsProblem } from '../connectors/twenty/needs.ts';
import type { TwentySettings } from '../connectors/twenty/settings.ts';
import { operationsFor, planWebhook, webhookMark, type WantedWebhook } from '../connectors/twenty/webhooks-plan.ts';
import { chooseProbe } from '../connectors/twenty/webhooks-probe.ts';
import type { Database } from '../store/database.ts';
import { forgetProbes, judgeFeed, leftoverProbes, removeFeed, saveFeed, workspaceFeeds, type WorkspaceFeed } from '../store/setup.ts';
import { createConnectors } from './connectors.ts';
import { pacedCalls, proofTiming, proveDelivery, removeLeftover, whySilent, type ProofTiming } from './setup-proof.ts';
import { doneText, type SetupStep } from './setup-steps.ts';

/** What a workspace lacks, and what stands in the way. */
export interface WorkspacePlan extends TwentyWorkspace {
  /** In the order in which they are done; empty when there is nothing to do. */
  readonly steps: readonly SetupStep[];
  /** With any of these, nothing at all is done. */
  readonly problems: readonly NeedsProblem[];
  /** What a person should know. */
  readonly notices: readonly string[];
  /** How events of the workspace come; undefined when no integration listens to records. */
  readonly feed: FeedState | undefined;
}

export type FeedState = Pick<WorkspaceFeed, 'state' | 'targetUrl' | 'operations' | 'reason'>;

export interface WorkspaceResult {
  readonly workspace: string;
  /** What was done, in words. */
  readonly done: readonly string[];
  readonly feed: FeedState | undefined;
}

/** A setup that stopped on its way. What was made stays, and another run goes on from there. */
export class SetupInterrupted extends Error {
  readonly workspace: string;
  readonly done: readonly string[];

  constructor(workspace: string, done: readonly string[], cause: unknown) {
    const made = done.length === 0 ? 'Nothing was changed' : `Done so far: ${done.join('; ')}`;
    super(`Setting up ${workspace} stopped: ${cause instanceof Error ? cause.message : String(cause)}\n${made}. Run sluice setup again: it goes on from there.`, { cause });
    this.name = 'SetupInterrupted';
    this.workspace = workspace;
    this.done = done;
  }
}

export interface Setup {
  /** Compares all workspaces, or the named one, with what the integrations need. Changes nothing. Throws ConnectorError. */
  plan(only?: string): Promise<readonly WorkspacePlan[]>;
  /** Carries a plan without problems out, telling each step as it ends. Throws SetupInterrupted. */
  apply(plan: WorkspacePlan, tell: (line: string) => void): Promise<WorkspaceResult>;
  close(): Promise<void>;
}

export interface SetupOptions {
  readonly config: SluiceConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly database: Database;
  /** Where Twenty reaches the gateway, `https://sluice.acme.example`. */
  readonly publicUrl: string;
  readonly timing?: ProofTiming;
}

export function openSetup({ config, env, database, publicUrl, timing = proofTiming }: SetupOptions): Setup {
  const connectors = createConnectors(config, env);
  const integrations = Object.values(config.integrations);
  const addressOf = (workspace: string): string => `${publicUrl.replace(/\/+$/, '')}/twenty/${workspace}`;
  const secretOf = (connection: string): string | undefined => {
    const ref = (config.connections[connection]!.settings as TwentySettings).webhookSecret?.[0];
    return ref === undefined ? undefined : findSecret(ref, env);
  };
  const claimsOn = (connection: string): readonly Claim[] => integrations.flatMap(({ name, useCase, settings }) => {
    const needs = useCase.needs?.(settings);
    return needs?.connection === connection ? [{ integration: name, needs }] : [];
  });
  const interestsIn = (connection: string) => integrations
    .flatMap(({ useCase, settings }) => useCase.records?.(settings) ?? [])
    .filter((interest) => interest.connection === connection);

  async function planOne(place: TwentyWorkspace, feed: WorkspaceFeed | undefined): Promise<WorkspacePlan> {
    const { workspace, connection } = place;
    const { metadata } = connectors.twenty(connection);
    const interests = interestsIn(connection);
    const claims = claimsOn(connection);
    const leftovers = await leftoverProbes(database, connection);
    if (claims.length + interests.length + leftovers.length === 0 && feed === undefined) return { ...place, steps: [], problems: [], notices: [], feed: undefined };

    const [objects, registered] = await Promise.all([metadata.objects(), metadata.webhooks()]);
    const schema = planSchema(mergeNeeds(claims), objects);
    const targetUrl = addressOf(workspace);
    const secret = secretOf(connection);
    const operations = operationsFor(interests);
    const wanted: WantedWebhook | undefined = interests.length === 0 ? undefined : { targetUrl, operations, secret: secret ?? '' };
    const webhook = planWebhook(registered, wanted, { targetUrl, mark: webhookMark(workspace), ...(feed?.webhookId === undefined ? {} : { id: feed.webhookId }) });
    const problems = [...schema.problems, ...(wanted === undefined ? [] : webhookProblems(place, targetUrl, secret))];
    if (wanted === undefined && webhook.steps.length === 0 && feed !== undefined) await removeFeed(database, workspace); // somebody removed it in Twenty

    const changed = webhook.steps.some(({ kind }) => kind !== 'remove-webhook');
    const subject = chooseProbe(interests, objects);
    const prove: readonly SetupStep[] = wanted !== undefined && subject !== undefined && (changed || feed?.state !== 'arriving' || feed.webhookId !== webhook.keptId)
      ? [{ kind: 'prove', subject, targetUrl, operations, fresh: changed, webhookId: webhook.keptId }]
      : [];
    const gone: readonly SetupStep[] = leftovers.length === 0 ? [] : [{ kind: 'remove-probes', probes: leftovers }];
    const unproved = wanted !== undefined && subject === undefined ? ['Whether webhooks arrive cannot be tried, because no record that is listened to can be written.'] : [];
    return {
      ...place, problems, notices: [...webhook.notices, ...unproved], steps: [...gone, ...schema.steps, ...webhook.steps, ...prove],
      feed: wanted === undefined ? undefined : (feed ?? { state: 'unproven', targetUrl, operations, reason: 'The webhook is not registered yet.' }),
    };
  }

  async function carryOut(place: TwentyWorkspace, step: SetupStep, tell: (line: string) => void): Promise<'made' | 'there'> {
    const { workspace, connection } = place;
    const twenty: TwentyClient = connectors.twenty(connection);
    switch (step.kind) {
      case 'create-object':
      case 'create-field':
      case 'add-options':
        return applySchemaStep(twenty.metadata, step);
      case 'register-webhook':
      case 'repair-webhook': {
        const wanted = { targetUrl: step.targetUrl, operations: step.operations, description: webhookMark(workspace), secret: secretOf(connection) ?? '' };
        const webhook = step.kind === 'register-webhook' ? await twenty.metadata.createWebhook(wanted) : await twenty.metadata.updateWebhook(step.id, wanted);
        await saveFeed(database, { workspace, connection, webhookId: webhook.id, targetUrl: step.targetUrl, operations: step.operations });
        return 'made';
      }
      case 'remove-webhook': {
        const removed = await twenty.metadata.deleteWebhook(step.id);
        if (step.why === 'not needed') await removeFeed(database, workspace);
        return removed ? 'made' : 'there';
      }
      case 'remove-probes':
        for (const probe of step.probes) await removeLeftover(database, twenty, probe, pacedCalls(database, connection));
        await forgetProbes(database);
        return 'made';
      case 'prove': {
        // A webhook that was there before this database was: it is known from now on.
        if (step.webhookId !== undefined && !step.fresh) await saveFeed(database, { workspace, connection, webhookId: step.webhookId, targetUrl: step.targetUrl, operations: step.operations });
        const arrived = await proveDelivery({ database, twenty, place, subject: step.subject, fresh: step.fresh, timing, tell });
        if (arrived) await judgeFeed(database, workspace, 'arriving');
        else await judgeFeed(database, workspace, 'silent', await whySilent(step.targetUrl, timing));
        return 'made';
      }
    }
  }

  return {
    async plan(only) {
      const feeds = new Map((await workspaceFeeds(database)).map((feed) => [feed.workspace, feed]));
      const places = twentyWorkspaces(config).filter(({ workspace }) => only === undefined || workspace === only);
      return Promise.all(places.map((place) => planOne(place, feeds.get(place.workspace))));
    },
    async apply(plan, tell) {
      if (plan.problems.length > 0) throw new SetupInterrupted(plan.workspace, [], new Error('its problems come first'));
      const done: string[] = [];
      for (const step of plan.steps) {
        try {
          const made = await carryOut(plan, step, tell);
          const feed = step.kind === 'prove' ? await feedOf(plan.workspace) : undefined;
          done.push(doneText(step, made, feed));
          tell(done.at(-1)!);
        } catch (cause) {
          throw new SetupInterrupted(plan.workspace, done, cause);
        }
      }
      return { workspace: plan.workspace, done, feed: plan.feed === undefined ? undefined : await feedOf(plan.workspace) };
    },
    close: () => connectors.close(),
  };

  async function feedOf(workspace: string): Promise<FeedState | undefined> {
    return (await workspaceFeeds(database)).find((feed) => feed.workspace === workspace);
  }
}

function webhookProblems({ connection }: TwentyWorkspace, targetUrl: string, secret: string | undefined): readonly NeedsProblem[] {
  const url = URL.parse(targetUrl);
  const isWeb = url !== null && /^https?:$/.test(url.protocol);
  return [
    ...(isWeb ? [] : [{ at: 'SLUICE_PUBLIC_URL', message: 'It is not a web address. Write the address at which Twenty reaches the gateway, for example https://sluice.acme.example.' }]),
    ...(secret === undefined
      ? [{ at: `connections.${connection}.webhookSecret`, message: "Integrations listen to records, and Twenty's webhook has no secret. Write webhookSecret: secret('TWENTY_WEBHOOK_SECRET') in the configuration and set TWENTY_WEBHOOK_SECRET to a long random text, for example of openssl rand -hex 32." }]
      : []),
  ];
}
