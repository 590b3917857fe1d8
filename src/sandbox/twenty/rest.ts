import type { Answer } from './answer.ts';
// stub
export function answerRest(..._args: unknown[]): Answer { return { status: 501 }; }
