import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { makeCompanies } from './make-companies.ts';
import { matchRows } from './match-rows.ts';
import { checkFields, openFiles } from './open-files.ts';
import { pullPage } from './pull-page.ts';
import { readFiles } from './read-files.ts';
import { countBadFiles, mailBadRows, settleFiles } from './settle-files.ts';
import { takePage } from './take-page.ts';
import { createRows, updateRows } from './write-rows.ts';

/** The steps of the data-processing workflow. */
export function dataProcessingActivities(deps: ActivityDeps) {
  return {
    openFiles: (run: RunInput) => openFiles(deps, run),
    checkFields: (run: RunInput) => checkFields(deps, run),
    readFiles: (run: RunInput) => readFiles(deps, run),
    pullPage: (run: RunInput) => pullPage(deps, run),
    takePage: (run: RunInput) => takePage(deps, run),
    matchRows: (run: RunInput) => matchRows(deps, run),
    makeCompanies: (run: RunInput) => makeCompanies(deps, run),
    createRows: (run: RunInput) => createRows(deps, run),
    updateRows: (run: RunInput) => updateRows(deps, run),
    countBadFiles: (run: RunInput) => countBadFiles(deps, run),
    mailBadRows: (run: RunInput) => mailBadRows(deps, run),
    settleFiles: (run: RunInput) => settleFiles(deps, run),
  };
}

export type DataProcessingActivities = ReturnType<typeof dataProcessingActivities>;
