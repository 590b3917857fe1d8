import type { FormSubmission } from '../../domain/form-submission.ts';
import { RawLead, type FieldValue } from './contract.ts';
import { convert } from './convert.ts';
import type { FieldMapping, WebFormsSettings } from './settings.ts';

type Target = Exclude<keyof RawLead, 'person' | 'company' | 'remarks'>;

/** Takes the lead's texts out of a submission: by the configured function or names, else by the names forms commonly use. */
export async function rawLead(submission: FormSubmission, mapping: WebFormsSettings['mapping']): Promise<RawLead> {
  if (typeof mapping === 'function') return ownMapping(await mapping(submission));
  const remarks: string[] = [];
  const lead = Object.fromEntries(
    TARGETS.flatMap((target) => {
      const text = textOf(submission, mapping[target], target);
      return text === undefined ? [] : [[target, text]];
    }),
  ) as RawLead;
  return { ...lead, person: custom(submission, mapping.person, remarks), company: custom(submission, mapping.company, remarks), remarks };
}

/** The form's name of a target, to say which field is meant: the configured one, else the commonest. */
export function formFieldOf(target: Target, mapping: WebFormsSettings['mapping']): string {
  const configured = typeof mapping === 'function' ? undefined : mapping[target];
  return (typeof configured === 'string' ? configured : configured?.[0]) ?? target;
}

/** What a function in the configuration returns is checked like anything else from outside. */
function ownMapping(returned: unknown): RawLead {
  const read = RawLead.safeParse(returned);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new TypeError(`it returned something unexpected at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}`);
}

function textOf(submission: FormSubmission, configured: string | readonly string[] | undefined, target: Target): string | undefined {
  const value =
    configured === undefined
      ? findCommon(submission, COMMON_NAMES[target])
      : firstFilled(submission, typeof configured === 'string' ? [configured] : configured);
  const text = typeof value === 'string' ? value : value?.filter((one) => one.trim() !== '').join(', ');
  return text === undefined || text.trim() === '' ? undefined : text;
}

function custom(
  submission: FormSubmission,
  mapped: Exclude<FieldMapping, (...args: never[]) => unknown>['person'],
  remarks: string[],
): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(mapped).flatMap(([name, how]) => {
      const { from, as = 'text' } = typeof how === 'string' || Array.isArray(how) ? { from: how } : how;
      const value = firstFilled(submission, typeof from === 'string' ? [from] : from);
      if (value === undefined) return [];
      const converted = convert(value, as);
      if (converted === undefined) remarks.push(`“${String(value).slice(0, 80)}” does not fit the field ${name} (${as}).`);
      return converted === undefined ? [] : [[name, converted]];
    }),
  );
}

function firstFilled(submission: FormSubmission, names: readonly string[]): string | readonly string[] | undefined {
  return names
    .map((name) => (Object.hasOwn(submission.fields, name) ? submission.fields[name] : undefined))
    .find((value) => value !== undefined && (typeof value === 'string' ? value.trim() !== '' : value.length > 0));
}

function findCommon(submission: FormSubmission, common: readonly string[]): string | readonly string[] | undefined {
  const byKey = new Map<string, string>();
  for (const name of Object.keys(submission.fields)) {
    const key = plain(name);
    if (!byKey.has(key) && firstFilled(submission, [name]) !== undefined) byKey.set(key, name);
  }
  const name = common.map((one) => byKey.get(one)).find((one) => one !== undefined);
  return name === undefined ? undefined : firstFilled(submission, [name]);
}

/** `Your E-Mail *` and `your_email` are one name. */
function plain(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/ß/g, 'ss').replace(/[^\p{L}\p{N}]/gu, '');
}

const words = (list: string): readonly string[] => list.split(' ');

/** Names forms use, in order of preference; the mapping in the configuration replaces a row. */
const COMMON_NAMES: Readonly<Record<Target, readonly string[]>> = {
  email: words('email emailaddress youremail workemail businessemail companyemail contactemail mail useremail emailadresse adresseemail whatisyouremail whatsyouremail whatisyouremailaddress'),
  name: words('name fullname yourname contactname yourfullname nameofcontact vorundnachname whatisyourname whatsyourname nom nombre'),
  firstName: words('firstname first givenname fname vorname prenom yourfirstname namefirst fullnamefirst whatisyourfirstname whatsyourfirstname'),
  lastName: words('lastname last familyname surname lname nachname yourlastname namelast fullnamelast whatisyourlastname whatsyourlastname'),
  phone: words('phone phonenumber telephone tel mobile mobilephone cell yourphone workphone telefon telefonnummer phonefull phonenumberfull whatisyourphonenumber whatsyourphonenumber'),
  jobTitle: words('jobtitle role position jobrole job funktion yourrole'),
  linkedin: words('linkedin linkedinurl linkedinprofile linkedinlink'),
  companyName: words('company companyname organisation organization business businessname employer firma unternehmen firmenname yourcompany whatisyourcompany whatcompanydoyouworkfor societe empresa'),
  website: words('website companywebsite url companyurl domain companydomain web homepage webseite'),
  message: words('message yourmessage comment comments question questions enquiry inquiry details description text body notes nachricht howcanwehelp howcanwehelpyou whatcanwedoforyou mensaje'),
};

const TARGETS = Object.keys(COMMON_NAMES) as Target[];
