import { createHash } from 'node:crypto';
import type { LeadQuestion, Scorer } from '../../connectors/scorer.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { patchItems } from '../../store/items.ts';
import { answersTo, keepAnswers } from '../../store/score-answers.ts';
import { questionOf } from '../../workflows/lead-scoring/external.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';
import { type KeptAnswer, type LeadGroup, type LeadItem, loadLeads, scoringOf } from './lead-item.ts';
import { leadOf } from './score-leads.ts';

/** Which share of the set an activity asks about. */
export interface AskShare {
  readonly part: number;
  readonly parts: number;
}

interface Asked {
  readonly group: LeadGroup;
  readonly question: LeadQuestion;
  readonly hash: string;
}

/**
 * Asks the scoring tool about its share of the leads. Each answer is kept before the next request is made: an interruption costs
 * one request at most, also where the rest is given back and comes again in another set. A dry run asks too, for asking changes
 * nothing, but keeps nothing beyond itself.
 */
export async function askScorer(deps: ActivityDeps, run: RunInput, { part, parts }: AskShare): Promise<{ asked: number }> {
  const { scorer } = scoringOf(deps, run).settings;
  if (scorer === undefined) return { asked: 0 };
  const own = (await loadLeads(deps, run)).filter(({ leader: { position, data } }) => position % parts === part && data.answer === undefined);
  const questions = own.flatMap((group): Asked[] => {
    const question = questionOf(leadOf(group, new Map(), 0), scorer);
    return question === undefined ? [] : [{ group, question, hash: hashOf(question) }];
  });
  const known = run.dryRun ? new Map<string, KeptAnswer>() : await answersTo<KeptAnswer>(deps.database, run.integration, new Map(questions.map(({ question, hash }) => [question.id, hash])));
  await patch(deps, run, own.flatMap((group): readonly Heard[] => {
    const { recordId } = group;
    if (!questions.some((one) => one.group === group)) return [{ group, answer: { kind: 'unknown' } }];
    return known.has(recordId) ? [{ group, answer: known.get(recordId)! }] : [];
  }));
  const left = questions.filter(({ group }) => !known.has(group.recordId));
  if (left.length === 0) return { asked: 0 };

  const tool = deps.tool('scorer', scorer.connection);
  await onConnection(deps, run, scorer.connection, async (context) => {
    for (let start = 0; start < left.length; start += tool.perRequest) {
      await askAbout(left.slice(start, start + tool.perRequest), tool, start === 0 ? context : midway(context), async (heard) => {
        const lasting = heard.filter(({ answer }) => answer.kind !== 'refused');
        if (!run.dryRun) await keepAnswers(deps.database, run, run.integration, lasting.map(({ asked, answer }) => ({ recordId: asked.group.recordId, question: asked.hash, answer })));
        await patch(deps, run, heard.map(({ asked, answer }) => ({ group: asked.group, answer })));
      });
    }
  });
  return { asked: left.length };
}

type Hear = (heard: readonly { readonly asked: Asked; readonly answer: KeptAnswer }[]) => Promise<void>;

/** One request; when it is refused, halves of it, until the lead stands alone that is refused. */
async function askAbout(asked: readonly Asked[], tool: Scorer, context: StepContext, hear: Hear): Promise<void> {
  try {
    const answers = await tool.score(asked.map(({ question }) => question), context);
    await hear(asked.map((one) => {
      const answer = answers.get(one.question.id);
      return { asked: one, answer: answer === undefined ? { kind: 'unknown' } : { kind: 'known', ...answer } };
    }));
  } catch (error) {
    if (!(error instanceof ConnectorError) || (error.kind !== 'rejected' && error.kind !== 'malformed')) throw error;
    if (asked.length === 1 || error.kind === 'malformed') return hear(asked.map((one) => ({ asked: one, answer: { kind: 'refused', message: normalised(error.message) } })));
    const half = Math.ceil(asked.length / 2);
    await askAbout(asked.slice(0, half), tool, midway(context), hear);
    await askAbout(asked.slice(half), tool, midway(context), hear);
  }
}

interface Heard {
  readonly group: LeadGroup;
  readonly answer: KeptAnswer;
}

function patch(deps: ActivityDeps, run: RunInput, heard: readonly Heard[]): Promise<void> {
  return patchItems(deps.database, run, heard.map(({ group, answer }) => ({ deliveryId: group.leader.deliveryId, data: { answer } satisfies Partial<LeadItem> })));
}

function hashOf({ email, domain, attributes }: LeadQuestion): string {
  return createHash('sha256').update(JSON.stringify([email, domain, attributes])).digest('base64url').slice(0, 22);
}
