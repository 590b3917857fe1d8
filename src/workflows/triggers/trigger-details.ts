import { START_EXAMPLE } from '../../domain/start.ts';

/** A start that is in the inbox. */
export interface TriggerStart {
  /** ISO 8601 instant. */
  readonly at: string;
  readonly requestId: string;
  readonly eventId: string;
  readonly repeat: boolean;
}

/** A signal or update that could not be taken. */
export interface TriggerProblem {
  readonly at: string;
  readonly problem: string;
  /** Of the event that shows what came. */
  readonly eventId: string;
}

const SHOWN = 10;

/** What Temporal's Web UI shows of a trigger, in its Markdown: how to start it, and what came of the latest starts. */
export function detailsOf(integration: string, recent: readonly TriggerStart[], problems: readonly TriggerProblem[]): string {
  const starts = recent.slice(0, SHOWN).map(({ at, requestId, eventId, repeat }) => `- ${at} \`${requestId}\`: ${repeat ? 'known already, ' : ''}event ${eventId}`);
  const errors = problems.slice(0, SHOWN).map(({ at, problem, eventId }) => `- ${at} ${printable(problem)} (event ${eventId})`);
  return [
    `Send the signal \`run\` to start **${integration}**. Its input is JSON, or nothing:`,
    `\`\`\`json\n${START_EXAMPLE}\n\`\`\``,
    'A list of record ids will do, too. `selection` is `{"ids": [...]}`, `{"view": "name or id"}`, `{"filter": {...}}` or `{"all": true}`; `input` is whatever the integration takes.',
    ...(errors.length === 0 ? [] : ['**Not understood**', errors.join('\n')]),
    ...(starts.length === 0 ? [] : ['**Latest starts**', starts.join('\n')]),
  ].join('\n\n');
}

/** What came from outside, without what would steer the page. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f<>`]+/g, ' ').slice(0, 300);
}
