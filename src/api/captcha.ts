import { createHash } from 'node:crypto';
import { findSecret } from '../config/secret.ts';
import type { Hook } from '../config/use-case.ts';
import { Refusal } from './errors.ts';

const verifyUrls = {
  /** developers.cloudflare.com/turnstile/get-started/server-side-validation */
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  /** docs.hcaptcha.com/#verify-the-user-response-server-side */
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
} as const;

const timeoutMs = 3_000;
/** Both services take a token once and for a few minutes; what passed is remembered that long, so that a resent form passes again. */
const rememberMs = 5 * 60_000;
const maxRemembered = 10_000;

/** Throws a `Refusal` unless the person passed the check. */
export type CaptchaCheck = (token: string | undefined, dedupeKey: string) => Promise<void>;

export function createCaptchaCheck(
  captcha: NonNullable<Hook['captcha']>,
  { env, now }: { readonly env: NodeJS.ProcessEnv; readonly now: () => number },
): CaptchaCheck {
  const passed = new Map<string, number>();
  return async (token, dedupeKey) => {
    if (token === undefined || token === '') throw new Refusal('captcha_missing');
    const memory = createHash('sha256').update(`${token}\0${dedupeKey}`).digest('base64');
    if ((passed.get(memory) ?? -Infinity) > now() - rememberMs) return;
    const secret = findSecret(captcha.secret, env);
    if (secret === undefined) throw new Refusal('not_configured', { cause: new Error(`${captcha.secret.name} is not set`) });
    if (!(await verify(captcha.verifyUrl ?? verifyUrls[captcha.provider], secret, token))) throw new Refusal('captcha_failed');
    passed.set(memory, now());
    if (passed.size > maxRemembered) passed.delete(passed.keys().next().value!);
  };
}

async function verify(url: string, secret: string, token: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ secret, response: token }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`the captcha service answered ${response.status}`);
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === true;
  } catch (cause) {
    throw new Refusal('captcha_away', { cause });
  }
}
