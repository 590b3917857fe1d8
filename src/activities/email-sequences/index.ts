import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { chooseSequences } from './choose-sequences.ts';
import { enrolLeads } from './enrol-leads.ts';
import { linkFollowUps, makeFollowUps } from './follow-ups.ts';
import { openSequences } from './open-sequences.ts';
import { readCandidates } from './read-candidates.ts';
import { settleSequences } from './settle-sequences.ts';
import { findNewsPeople, placeNews, takeNews } from './take-news.ts';
import { tellFollowUps } from './tell-follow-ups.ts';
import { writeStates } from './write-states.ts';

/** The steps of the email-sequences workflow. */
export function emailSequencesActivities(deps: ActivityDeps) {
  return {
    openSequences: (run: RunInput) => openSequences(deps, run),
    readCandidates: (run: RunInput) => readCandidates(deps, run),
    chooseSequences: (run: RunInput) => chooseSequences(deps, run),
    enrolLeads: (run: RunInput) => enrolLeads(deps, run),
    placeNews: (run: RunInput) => placeNews(deps, run),
    findNewsPeople: (run: RunInput) => findNewsPeople(deps, run),
    takeNews: (run: RunInput) => takeNews(deps, run),
    writeStates: (run: RunInput) => writeStates(deps, run),
    makeFollowUps: (run: RunInput) => makeFollowUps(deps, run),
    linkFollowUps: (run: RunInput) => linkFollowUps(deps, run),
    tellFollowUps: (run: RunInput) => tellFollowUps(deps, run),
    settleSequences: (run: RunInput) => settleSequences(deps, run),
  };
}

export type EmailSequencesActivities = ReturnType<typeof emailSequencesActivities>;
