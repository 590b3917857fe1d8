import { createInterface } from 'node:readline/promises';

/** Asks a yes-or-no question; without a terminal the answer is no. */
export async function isAgreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question}? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
