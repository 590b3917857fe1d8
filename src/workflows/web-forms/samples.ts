import type { Sample } from '../../config/use-case.ts';

const form = (name: string, fields: Readonly<Record<string, string>>): Sample => ({
  name,
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

const json = (name: string, fields: Readonly<Record<string, unknown>>): Sample => ({ name, contentType: 'application/json', body: JSON.stringify(fields) });

/** Six enquiries as they come in on an ordinary day: two colleagues, one free-mail address, one awkward name, one without a phone. */
export const SAMPLES: readonly Sample[] = [
  form('first-of-a-company', {
    name: 'Clara Lindqvist', email: 'clara@brightharbor.example', company: 'Bright Harbor', phone: '+46 8 123 456 78',
    message: 'We are 40 people and would like to see a demo next week.',
  }),
  form('colleague', {
    first_name: 'Tomas', last_name: 'Berg', email: 'Tomas.Berg@BrightHarbor.example', company: 'Bright Harbor', job_title: 'Head of Operations',
    message: 'Clara mentioned you. Do you offer training on site?',
  }),
  form('free-mail-with-company', {
    name: 'Priya Nair', email: 'priya.nair@freemail.example', company: 'Nair Design Studio', phone: '(212) 555-0143',
    message: 'What does it cost for a team of three?',
  }),
  json('awkward-characters', {
    name: "Seán O'Brien-Müller", email: "sean.o'brien@kraehe-soehne.example", company: 'Krähe, Söhne & Co. "Nord"', phone: '+49 30 901820',
    message: 'Können Sie uns ein Angebot schicken?\nBitte bis Freitag, 12 Uhr.',
  }),
  json('without-phone', {
    name: 'Jo van der Meer', email: 'jo@northwind-labs.example', website: 'https://www.northwind-labs.example/about', message: 'Which plan fits a lab of twelve?',
  }),
  form('written-twice', {
    name: 'Clara Lindqvist', email: 'clara@brightharbor.example', job_title: 'Managing Director', message: 'One more question: is there an API?',
  }),
];
