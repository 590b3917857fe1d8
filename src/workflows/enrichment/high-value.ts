import type { Enriched } from './contract.ts';
import { SENIORITY_WORDS } from './normalise-profile.ts';
import type { HighValueSettings } from './settings.ts';

/** Why a record is worth a call by the bands of the settings, in words for a salesperson; none when it is not. */
export function highValueReasons({ profile }: Enriched, { headcount, annualRevenueUsd, seniority, needs }: Omit<HighValueSettings, 'when' | 'task'>): readonly string[] {
  const reasons = [
    headcount !== null && (profile.headcount ?? 0) >= headcount ? `${withCommas(profile.headcount!)} employees` : undefined,
    annualRevenueUsd !== null && profile.annualRevenueUsd !== undefined && profile.annualRevenueUsd >= annualRevenueUsd ? `${dollars(profile.annualRevenueUsd)} revenue a year` : undefined,
    profile.seniority !== undefined && seniority.includes(profile.seniority) ? [SENIORITY_WORDS[profile.seniority], profile.jobTitle].filter((one) => one !== undefined).join(': ') : undefined,
  ].filter((one) => one !== undefined);
  return reasons.length >= needs ? reasons : [];
}

/** `$60M`, `$1.2B`; below a million in full. */
export function dollars(amount: number): string {
  const [unit, sign] = amount >= 1e9 ? [1e9, 'B'] : amount >= 1e6 ? [1e6, 'M'] : [1, ''];
  const number = Math.round((amount / unit) * 10) / 10;
  return `$${unit === 1 ? withCommas(Math.round(amount)) : String(number)}${sign}`;
}

function withCommas(number: number): string {
  return number.toLocaleString('en-US');
}
