import type { Hook, Integration } from '../config/use-case.ts';
import type { Urgency } from '../domain/delivery.ts';
import { createCaptchaCheck, type CaptchaCheck } from './captcha.ts';
import type { TwentyHook } from './contract.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import type { KeyRingOptions } from './signatures/keys.ts';
import { findScheme } from './signatures/schemes.ts';
import { createVerifier, type Verifier } from './signatures/verify.ts';

/** An integration that takes webhooks, with all that can be prepared before the first request. */
export interface HookSource {
  readonly integration: string;
  /** Dedupe source of its events, `hook:contact-form`. */
  readonly source: string;
  readonly hook: Hook;
  readonly urgency: Urgency;
  readonly verify: Verifier;
  /** The secret stands in the address; every other hook has no second part there. */
  readonly secretInPath: boolean;
  readonly handshake: boolean;
  readonly rateLimit: RateLimit | undefined;
  readonly checkCaptcha: CaptchaCheck | undefined;
}

export interface TwentySource {
  readonly source: string;
  readonly hook: TwentyHook;
  readonly verify: Verifier;
}

/** Throws an error that names the integration when its hook cannot work as configured. */
export function prepareHooks(integrations: ReadonlyMap<string, Integration>, options: KeyRingOptions): ReadonlyMap<string, HookSource> {
  const sources = new Map<string, HookSource>();
  for (const [name, integration] of integrations) {
    try {
      const hook = integration.useCase.hook?.(integration.settings);
      if (hook !== undefined) sources.set(name, prepareHook(name, hook, integration.useCase.urgency, options));
    } catch (cause) {
      throw new Error(`integrations.${name}: ${cause instanceof Error ? cause.message : 'its hook cannot be used'}`, { cause });
    }
  }
  return sources;
}

export function prepareTwenty(workspaces: ReadonlyMap<string, TwentyHook>, options: KeyRingOptions): ReadonlyMap<string, TwentySource> {
  const prepared = [...workspaces].map(([name, hook]): [string, TwentySource] => [
    name,
    { source: `twenty:${name}`, hook, verify: createVerifier({ scheme: 'twenty', secrets: hook.secrets }, options) },
  ]);
  return new Map(prepared);
}

function prepareHook(name: string, hook: Hook, urgency: Urgency, options: KeyRingOptions): HookSource {
  const scheme = findScheme(hook.verification.scheme);
  return {
    integration: name,
    source: `hook:${name}`,
    hook,
    urgency,
    verify: createVerifier(hook.verification, options),
    secretInPath: scheme?.kind === 'shared' && scheme.place === 'path',
    handshake: scheme?.kind === 'hmac' && scheme.handshake === 'zoom',
    rateLimit: hook.perAddressPerMinute === undefined ? undefined : createRateLimit(hook.perAddressPerMinute, options.now),
    checkCaptcha: hook.captcha === undefined ? undefined : createCaptchaCheck(hook.captcha, options),
  };
}
