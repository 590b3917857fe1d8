/** Every workflow there is: what the worker bundles. A new use case is its folder and one line here. */
export { catchUp } from './catch-up/workflow.ts';
export { leadScoring } from './lead-scoring/workflow.ts';
export { operatorAlert } from './operator-alert/workflow.ts';
export { scheduleFiring } from './triggers/schedule-firing.ts';
export { selectRecords } from './triggers/select-records.ts';
export { trigger } from './triggers/trigger.ts';
export { webForms } from './web-forms/workflow.ts';
