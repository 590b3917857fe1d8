import type { Sample } from '../../config/use-case.ts';

/** Contacts as a spreadsheet writes them, with what goes wrong in such files: a bad address, a row too short, a double. */
export const SAMPLES: readonly Sample[] = [
  {
    name: 'contacts-csv',
    contentType: 'text/csv',
    body: [
      'First name;Last name;E-Mail;Title;Company;Website',
      'Mara;Lindqvist;mara.lindqvist@bluepeak.example;Head of Operations;Blue Peak AB;bluepeak.example',
      'Jonas;"Weber;Klein";jonas.weber@bluepeak.example;"Buyer, North";Blue Peak AB;bluepeak.example',
      'Aiko;Tanaka;aiko.tanaka(at)hoshino.example;Engineer;Hoshino Works;hoshino.example',
      'Lucia;Ferri',
      'Mara;Lindqvist;mara.lindqvist@bluepeak.example;Chief Operating Officer;Blue Peak AB;bluepeak.example',
    ].join('\r\n'),
  },
  {
    name: 'one-contact',
    contentType: 'application/json',
    body: JSON.stringify({ 'First name': 'Noor', 'Last name': 'Haddad', 'E-Mail': 'noor.haddad@cedarline.example', Title: 'Procurement Lead', Company: 'Cedar Line', Website: 'cedarline.example' }),
  },
];
