import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { createCompanies, updateCompanies } from './companies.ts';
import { findRecords } from './find.ts';
import { notifySales } from './notify.ts';
import { openForms } from './open-forms.ts';
import { createPeople, updatePeople } from './people.ts';
import { restoreLinks, settleForms } from './settle-forms.ts';
import { createTasks, linkTasks } from './tasks.ts';

/** The steps of the web-forms workflow. */
export function webFormsActivities(deps: ActivityDeps) {
  return {
    openForms: (run: RunInput) => openForms(deps, run),
    findFormRecords: (run: RunInput) => findRecords(deps, run),
    createFormCompanies: (run: RunInput) => createCompanies(deps, run),
    updateFormCompanies: (run: RunInput) => updateCompanies(deps, run),
    createFormPeople: (run: RunInput) => createPeople(deps, run),
    updateFormPeople: (run: RunInput) => updatePeople(deps, run),
    createFormTasks: (run: RunInput) => createTasks(deps, run),
    linkFormTasks: (run: RunInput) => linkTasks(deps, run),
    notifySales: (run: RunInput) => notifySales(deps, run),
    restoreFormLinks: (run: RunInput) => restoreLinks(deps, run),
    settleForms: (run: RunInput) => settleForms(deps, run),
  };
}

export type WebFormsActivities = ReturnType<typeof webFormsActivities>;
