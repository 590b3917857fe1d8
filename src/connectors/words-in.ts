import type { HttpAnswer } from './http/client.ts';

/** The text that stands under the first of these names in a refusal that is a JSON object; undefined when there is none. */
export function wordsIn(answer: HttpAnswer, names: readonly string[]): string | undefined {
  try {
    const body = JSON.parse(answer.text()) as Readonly<Record<string, unknown>> | null;
    return names.map((name) => body?.[name]).find((value): value is string => typeof value === 'string' && value !== '');
  } catch {
    // A page of a gateway: the status says what there is to say.
    return undefined;
  }
}
