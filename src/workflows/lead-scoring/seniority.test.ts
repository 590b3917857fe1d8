import { expect, test } from 'vitest';
import { seniorityOf } from './seniority.ts';

test.each([
  ['Chief Revenue Officer', 'cLevel'], ['CEO & Founder', 'owner'], ['CTO', 'cLevel'], ['Managing Director', 'cLevel'], ['President', 'cLevel'], ['Geschäftsführer', 'cLevel'],
  ['Geschäftsführender Gesellschafter', 'owner'], ['Mitglied des Vorstands', 'cLevel'], ['Président-directeur général', 'cLevel'], ['PDG', 'cLevel'], ['Consejera delegada', 'cLevel'],
  ['Amministratore Delegato', 'cLevel'], ['Verkställande direktör', 'cLevel'], ['Prezes Zarządu', 'cLevel'], ['Diretor Executivo', 'cLevel'], ['General Manager', 'cLevel'],
  ['Co-Founder', 'owner'], ['Owner, Acme Bakery', 'owner'], ['Inhaberin', 'owner'], ['Gérant', 'owner'], ['Właściciel', 'owner'], ['Managing Partner', 'owner'], ['Partner', 'owner'],
  ['Vice President, Sales', 'vp'], ['SVP Engineering', 'vp'], ['VP', 'vp'],
  ['Director of Sales', 'director'], ['Head of Operations', 'director'], ['Leiter Vertrieb', 'director'], ['Abteilungsleiterin', 'director'], ['Directrice commerciale', 'director'], ['Chief of Staff', 'director'], ['Försäljningschef', 'director'],
  ['Sales Manager', 'manager'], ['Teamleiter', 'manager'], ['Responsable RH', 'manager'], ['Tech Lead', 'manager'], ['Assistant Director', 'manager'], ['Jefa de compras', 'manager'], ['Kierownik projektu', 'manager'],
  ['Senior Engineer', 'senior'], ['Principal Scientist', 'senior'],
  ['Assistant to the CEO', 'junior'], ['Assistenz der Geschäftsführung', 'junior'], ['Vorstandsassistentin', 'junior'], ['Marketing Intern', 'junior'], ['Werkstudentin', 'junior'], ['Stagiaire', 'junior'], ['Executive Assistant', 'junior'],
] as const)('%s: %s', (title, level) => {
  expect(seniorityOf(title)).toBe(level);
});

test.each(['', 'Gardener', 'Product Owner', 'HR Business Partner', 'Founding Engineer', 'Lead Generation Specialist', 'Former CEO', 'Account Executive', 'Consultant', '42'])('“%s” says nothing', (title) => {
  expect(seniorityOf(title)).toBeUndefined();
});
