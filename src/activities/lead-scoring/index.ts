import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { addressAlerts, mailAlerts } from './alert-mails.ts';
import { type AskShare, askScorer } from './ask-scorer.ts';
import { linkAlertTasks, makeAlertTasks } from './alert-tasks.ts';
import { openLeads } from './open-leads.ts';
import { readLeads } from './read-leads.ts';
import { scoreLeads } from './score-leads.ts';
import { settleLeads } from './settle-leads.ts';
import { writeScores } from './write-scores.ts';

/** The steps of the lead-scoring workflow. */
export function leadScoringActivities(deps: ActivityDeps) {
  return {
    openLeads: (run: RunInput) => openLeads(deps, run),
    readLeads: (run: RunInput) => readLeads(deps, run),
    askScorer: (run: RunInput, share: AskShare) => askScorer(deps, run, share),
    scoreLeads: (run: RunInput) => scoreLeads(deps, run),
    writeScores: (run: RunInput) => writeScores(deps, run),
    makeAlertTasks: (run: RunInput) => makeAlertTasks(deps, run),
    linkAlertTasks: (run: RunInput) => linkAlertTasks(deps, run),
    addressAlerts: (run: RunInput) => addressAlerts(deps, run),
    mailAlerts: (run: RunInput) => mailAlerts(deps, run),
    settleLeads: (run: RunInput) => settleLeads(deps, run),
  };
}

export type LeadScoringActivities = ReturnType<typeof leadScoringActivities>;
