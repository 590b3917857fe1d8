import type { Answer } from './answer.ts';
// stub
export function answerMetadataRest(..._args: unknown[]): Answer | undefined { return undefined; }
