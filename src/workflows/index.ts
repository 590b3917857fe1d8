/** Every workflow there is: what the worker bundles. A new use case is its folder and one line here. */
export { operatorAlert } from './operator-alert/workflow.ts';
export { webForms } from './web-forms/workflow.ts';
