import type { SchemaStep } from '../connectors/twenty/needs-plan.ts';
import type { WebhookStep } from '../connectors/twenty/webhooks-plan.ts';
import type { ProbeSubject } from '../connectors/twenty/webhooks-probe.ts';
import type { Probe, WorkspaceFeed } from '../store/setup.ts';

/** One thing that setup does. */
export type SetupStep =
  | SchemaStep
  | WebhookStep
  /** Records of an earlier setup that ended before it could remove them. */
  | { readonly kind: 'remove-probes'; readonly probes: readonly Probe[] }
  | {
      readonly kind: 'prove';
      readonly subject: ProbeSubject;
      readonly targetUrl: string;
      readonly operations: readonly string[];
      /** The webhook is new or was changed: it counts only after up to 10 s. */
      readonly fresh: boolean;
      readonly webhookId: string | undefined;
    };

/** What a step is going to do: `create the field leadScore on person (NUMBER), for lead-scoring`. */
export function planText(step: SetupStep): string {
  switch (step.kind) {
    case 'create-object': return `create ${subjectOf(step)}, for ${step.for.join(', ')}`;
    case 'create-field': return `create ${subjectOf(step)}, for ${step.for.join(', ')}`;
    case 'add-options': return `add ${subjectOf(step)}, for ${step.for.join(', ')}`;
    case 'register-webhook': return `register ${subjectOf(step)} for ${step.operations.join(', ')}`;
    case 'repair-webhook': return `repair ${subjectOf(step)} (${step.changed.join(', ')}) for ${step.operations.join(', ')}`;
    case 'remove-webhook': return `remove ${subjectOf(step)}`;
    case 'remove-probes': return `remove ${subjectOf(step)}`;
    case 'prove': return `try whether events arrive: a ${step.subject.object} named “Sluice probe” is written and removed at once`;
  }
}

/** What a step did. */
export function doneText(step: SetupStep, made: 'made' | 'there', feed: Pick<WorkspaceFeed, 'state' | 'reason'> | undefined): string {
  const verb = (past: string): string => (made === 'made' ? `${past} ${subjectOf(step)}` : `found ${subjectOf(step)} as it should be`);
  switch (step.kind) {
    case 'create-object':
    case 'create-field': return verb('created');
    case 'add-options': return verb('added');
    case 'register-webhook': return verb('registered');
    case 'repair-webhook': return `${verb('repaired')} (${step.changed.join(', ')})`;
    case 'remove-webhook':
    case 'remove-probes': return made === 'made' ? `removed ${subjectOf(step)}` : `found ${subjectOf(step)} gone`;
    case 'prove': return feed?.state === 'arriving' ? 'a probe came back: webhooks arrive' : `no probe came back, so the workspace runs on catch-up only. ${feed?.reason ?? ''}`;
  }
}

function subjectOf(step: SetupStep): string {
  switch (step.kind) {
    case 'create-object': return `the object ${step.object.nameSingular} (“${step.object.labelPlural}”)`;
    case 'create-field': return `the field ${step.field.name} on ${step.field.object} (${kindOf(step)})`;
    case 'add-options': return `the ${step.options.length === 1 ? 'option' : 'options'} ${step.options.map(({ value }) => value).join(', ')} to ${step.object}.${step.field}`;
    case 'register-webhook':
    case 'repair-webhook': return `the webhook to ${step.targetUrl}`;
    case 'remove-webhook': return step.why === 'duplicate' ? `a second webhook of ours to ${step.targetUrl}` : `the webhook to ${step.targetUrl}, which no integration needs`;
    case 'remove-probes': return step.probes.length === 1 ? 'the probe that an earlier setup left' : `${step.probes.length} probes that an earlier setup left`;
    case 'prove': return 'a probe';
  }
}

function kindOf({ field }: Extract<SetupStep, { kind: 'create-field' }>): string {
  return [field.type, ...(field.isUnique === true ? ['unique'] : []), ...(field.relation === undefined ? [] : [`to ${field.relation.to}`])].join(', ');
}
