export * from '../../src/workflows/index.ts';
export { greeting } from './greeting/workflow.ts';
