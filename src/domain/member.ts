/** A member of the workspace, as far as finding one needs. */
export interface Member {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** A workspace member by e-mail address or by full name, whatever the case. Two members of one name are nobody: use the address. */
export function findMember<M extends Member>(members: readonly M[], wanted: string): M | undefined {
  const key = wanted.trim().replace(/\s+/g, ' ').toLowerCase();
  const byEmail = members.find((member) => member.email.toLowerCase() === key);
  if (byEmail !== undefined) return byEmail;
  const byName = members.filter((member) => memberName(member).replace(/\s+/g, ' ').toLowerCase() === key);
  return byName.length === 1 ? byName[0] : undefined;
}

export function memberName({ firstName, lastName }: Member): string {
  return `${firstName} ${lastName}`.trim();
}
