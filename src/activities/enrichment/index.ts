import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { askProvider } from './ask-provider.ts';
import { mailSignals } from './mail-signals.ts';
import { openSubjects } from './open-subjects.ts';
import { planAsking } from './plan-asking.ts';
import { readSubjects } from './read-subjects.ts';
import { linkSalesTasks, makeSalesTasks } from './sales-tasks.ts';
import { settleSubjects } from './settle-subjects.ts';
import { weighAnswers } from './weigh-answers.ts';
import { writeProfiles } from './write-profiles.ts';

/** The steps of the enrichment workflow. */
export function enrichmentActivities(deps: ActivityDeps) {
  return {
    openSubjects: (run: RunInput) => openSubjects(deps, run),
    readSubjects: (run: RunInput) => readSubjects(deps, run),
    planAsking: (run: RunInput, provider: number) => planAsking(deps, run, provider),
    askProvider: (run: RunInput, provider: number) => askProvider(deps, run, provider),
    weighAnswers: (run: RunInput) => weighAnswers(deps, run),
    writeProfiles: (run: RunInput) => writeProfiles(deps, run),
    makeSalesTasks: (run: RunInput) => makeSalesTasks(deps, run),
    linkSalesTasks: (run: RunInput) => linkSalesTasks(deps, run),
    mailSignals: (run: RunInput) => mailSignals(deps, run),
    settleSubjects: (run: RunInput) => settleSubjects(deps, run),
  };
}

export type EnrichmentActivities = ReturnType<typeof enrichmentActivities>;
