import type { Outcome } from '../../domain/delivery.ts';
import { normalised } from '../../domain/text.ts';
import type { LeadScore } from '../../workflows/lead-scoring/contract.ts';
import { type ExternalScorer, scoreOfAnswer, scoreOfStranger } from '../../workflows/lead-scoring/external.ts';
import type { LeadGroup } from './lead-item.ts';

/** What the scoring tool's answer about a lead means: a score, or the end of the lead's way. */
export function outsideScore({ leader: { data: { answer } } }: LeadGroup, scorer: ExternalScorer): LeadScore | Outcome {
  const { connection } = scorer;
  if (answer === undefined || answer.kind === 'unknown') {
    if (scorer.unknown === 'zero') return scoreOfStranger(scorer);
    return { state: 'skipped', code: 'not_known_to_scorer', reason: `${connection} does not know this person: no score was written.` };
  }
  if (answer.kind === 'refused') return { state: 'failed', code: 'scorer_refused', reason: `${connection} gave no score: ${answer.message}` };
  const result = scoreOfAnswer(answer, scorer);
  if (result !== undefined) return { ...result, reasons: result.reasons.map(normalised) };
  return { state: 'failed', code: 'grade_without_score', reason: normalised(`${connection} answers “${answer.grade ?? ''}”, which stands for no score. Name it under scorer.grades in the configuration; then retry.`) };
}
