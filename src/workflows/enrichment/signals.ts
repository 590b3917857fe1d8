import { bareHost } from '../../domain/company-key.ts';
import { recordName } from '../../domain/record-words.ts';
import type { Enriched, Signal } from './contract.ts';
import { dollars } from './high-value.ts';
import type { SignalSettings } from './settings.ts';

const DAY_MS = 86_400_000;

type Rules = Pick<SignalSettings, 'fundedWithinDays' | 'newJobWithinDays' | 'openJobs' | 'growthPercent' | 'technologies'>;

/** What in a profile speaks for calling now. What is true for long, hiring, counts once a year; all else once. */
export function buyingSignals(enriched: Enriched, rules: Rules, nowMs: number): readonly Signal[] {
  return [...funding(enriched, rules, nowMs), ...newJob(enriched, rules, nowMs), ...hiring(enriched, rules, nowMs), ...technology(enriched, rules)];
}

function funding({ profile }: Enriched, { fundedWithinDays }: Rules, nowMs: number): readonly Signal[] {
  const { fundedOn, fundingUsd, fundingStage } = profile;
  if (fundedOn === undefined || !isRecent(fundedOn, fundedWithinDays, nowMs)) return [];
  const stage = fundingStage === undefined ? '' : ` (${fundingStage})`;
  return [{ name: `funding ${fundedOn.slice(0, 7)}`, words: `raised ${fundingUsd === undefined ? 'money' : dollars(fundingUsd)}${stage} in ${monthWords(fundedOn)}` }];
}

/** Who began not long ago, or works for another company than the one in Twenty. */
function newJob({ profile, company }: Enriched, { newJobWithinDays }: Rules, nowMs: number): readonly Signal[] {
  const { jobStartedOn, jobTitle, companyName, companyDomain } = profile;
  if (newJobWithinDays === 0) return [];
  const at = companyName === undefined ? '' : ` at ${companyName}`;
  const began: Signal[] = jobStartedOn !== undefined && isRecent(jobStartedOn, newJobWithinDays, nowMs)
    ? [{ name: `job ${jobStartedOn.slice(0, 7)}`, words: `began as ${jobTitle ?? 'somebody new'}${at} in ${monthWords(jobStartedOn)}` }]
    : [];
  const [here, there] = [bareHost(String((company?.['domainName'] as { readonly primaryLinkUrl?: unknown } | undefined)?.primaryLinkUrl ?? '')), bareHost(companyDomain ?? '')];
  if (here === '' || there === '' || sameHost(here, there)) return began;
  return [...began, { name: `moved ${there}`, words: `works${at === '' ? ` for ${there}` : at} now, not for ${recordName(company) ?? here}` }];
}

function hiring({ profile: { openJobs, headcountGrowth } }: Enriched, { openJobs: many, growthPercent }: Rules, nowMs: number): readonly Signal[] {
  const words = [
    many > 0 && openJobs !== undefined && openJobs >= many ? `has ${String(openJobs)} open positions` : undefined,
    growthPercent > 0 && headcountGrowth !== undefined && headcountGrowth * 100 >= growthPercent ? `grew by ${String(Math.round(headcountGrowth * 100))} % within a year` : undefined,
  ].filter((one) => one !== undefined);
  return words.length === 0 ? [] : [{ name: `hiring ${String(new Date(nowMs).getUTCFullYear())}`, words: words.join(', ') }];
}

function technology({ profile }: Enriched, { technologies }: Rules): readonly Signal[] {
  const used = new Set((profile.technologies ?? []).map((one) => one.toLowerCase()));
  return technologies.filter((one) => used.has(one.toLowerCase())).map((one) => ({ name: `technology ${one.toLowerCase()}`, words: `uses ${one}` }));
}

function isRecent(day: string, withinDays: number, nowMs: number): boolean {
  const atMs = Date.parse(day);
  return withinDays > 0 && !Number.isNaN(atMs) && nowMs - atMs <= withinDays * DAY_MS;
}

function monthWords(day: string): string {
  return new Date(Date.parse(day)).toLocaleDateString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** A subdomain is the same company. */
function sameHost(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}
