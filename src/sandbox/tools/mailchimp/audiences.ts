import { createHash } from 'node:crypto';

export type MemberStatus = 'subscribed' | 'unsubscribed' | 'cleaned' | 'pending';

export interface Member {
  readonly id: string;
  readonly email_address: string;
  readonly status: MemberStatus;
  readonly merge_fields: Readonly<Record<string, unknown>>;
  readonly tags: readonly { readonly id: number; readonly name: string }[];
}

export interface Campaign {
  readonly id: string;
  readonly status: 'save' | 'sent';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly recipients: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface MemberError {
  readonly email_address: string;
  readonly error: string;
  readonly error_code: string;
  readonly field: string;
  readonly field_message: string;
}

const AUDIENCE = 'a6b5da1054';
const TAG = { id: 49377, name: 'Newsletter' };

/** The audience with its members, and the campaigns. */
export class Audiences {
  #members = new Map<string, Member>();
  #campaigns = new Map<string, Campaign>();

  constructor(members: Readonly<Record<string, MemberStatus>>) {
    for (const [email, status] of Object.entries(members)) this.#keep(email, status, {}, []);
  }

  has(list: string): boolean {
    return list === AUDIENCE;
  }

  membersOf(_list: string): readonly Member[] {
    return [...this.#members.values()];
  }

  /** Who unsubscribed is not subscribed again by a program, and what is there stays without `update_existing`. */
  subscribe(_list: string, email: string, wish: { readonly status: MemberStatus; readonly fields: Readonly<Record<string, unknown>> }, updates: boolean):
    { readonly created: boolean; readonly member: Member } | { readonly error: MemberError } {
    const found = this.#members.get(email.toLowerCase());
    if (!/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(email) || email.endsWith('@example.com')) return { error: refused(email, `${email} looks fake or invalid, please enter a real email address.`) };
    if (found !== undefined && !updates) return { error: { ...refused(email, `${email} is already a list member, do you want to update? please provide update_existing:true in the request body`), error_code: 'ERROR_CONTACT_EXISTS' } };
    if (found !== undefined && found.status !== 'subscribed' && wish.status === 'subscribed') {
      return { error: refused(email, `${email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`) };
    }
    return { created: found === undefined, member: this.#keep(email, wish.status, { ...found?.merge_fields, ...wish.fields }, found?.tags ?? []) };
  }

  /** Undefined when there is no such tag. */
  tag(_list: string, segment: string, emails: readonly string[]): { readonly tagged: readonly Member[]; readonly unknown: readonly string[] } | undefined {
    if (segment !== String(TAG.id)) return undefined;
    const known = emails.filter((email) => this.#members.has(email.toLowerCase()));
    const tagged = known.map((email) => {
      const { status, merge_fields: fields } = this.#members.get(email.toLowerCase())!;
      return this.#keep(email, status, fields, [TAG]);
    });
    return { tagged, unknown: emails.filter((email) => !known.includes(email)) };
  }

  campaigns(): readonly Campaign[] {
    return [...this.#campaigns.values()];
  }

  keepCampaign(campaign: Campaign): void {
    this.#campaigns.set(campaign.id, campaign);
  }

  saved(): unknown {
    return { members: [...this.#members.values()], campaigns: this.campaigns() };
  }

  load(saved: unknown): void {
    const { members, campaigns } = saved as { readonly members: readonly Member[]; readonly campaigns: readonly Campaign[] };
    this.#members = new Map(members.map((member) => [member.email_address.toLowerCase(), member]));
    this.#campaigns = new Map(campaigns.map((campaign) => [campaign.id, campaign]));
  }

  #keep(email: string, status: MemberStatus, fields: Readonly<Record<string, unknown>>, tags: Member['tags']): Member {
    const key = email.toLowerCase();
    const member: Member = { id: createHash('md5').update(key).digest('hex'), email_address: email, status, merge_fields: fields, tags };
    this.#members.set(key, member);
    return member;
  }
}

function refused(email: string, error: string): MemberError {
  return { email_address: email, error, error_code: 'ERROR_GENERIC', field: '', field_message: '' };
}
