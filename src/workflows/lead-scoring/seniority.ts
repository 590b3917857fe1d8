/** What a job title says about how much its holder decides. */
export type Seniority = 'owner' | 'cLevel' | 'vp' | 'director' | 'manager' | 'senior' | 'junior';

export const SENIORITY_WORDS: Readonly<Record<Seniority, string>> = {
  owner: 'owner or founder', cLevel: 'C-level', vp: 'vice president', director: 'director', manager: 'manager', senior: 'senior', junior: 'early in their career or assisting',
};

/**
 * Reads a job title in English and the more common European languages; undefined when it says nothing. The first row that fits
 * decides, so the narrow ones stand above the wide ones: a vice president is no president, an assistant to the CEO no CEO.
 */
export function seniorityOf(jobTitle: string): Seniority | undefined {
  const title = folded(jobTitle);
  if (FORMER.test(title)) return undefined;
  return ROWS.find(([, pattern]) => pattern.test(title))?.[0];
}

const FORMER = /\b(former|formerly|ex|retired|ehemalig\w*|ancien|ancienne|emeritus)\b/;

const ROWS: readonly (readonly [Seniority, RegExp])[] = [
  ['manager', words('assistant (vice president|vp|director|manager)', 'deputy manager')],
  ['junior', words(
    'assistant', 'assistants', 'assistante', '\\w*assistent(in)?', 'assistenz', 'asistente', 'assistente', 'assistentka', 'secretary', 'sekretar\\w*', 'secretaria', 'segretari[ao]',
    'intern', 'internship', 'trainee', 'apprentice', 'student\\w*', 'graduate', 'junior', 'jr', 'praktikant\\w*', 'werkstudent\\w*', 'auszubildende\\w*', 'azubi', 'volontar\\w*',
    'stagiaire', 'alternant\\w*', 'becari[oa]', 'practicante', 'stagista', 'tirocinante', 'estagiari[oa]', 'stagiair\\w*', 'stazyst\\w*',
  )],
  ['director', words('chief of staff')],
  ['vp', words('vice president\\w*', 'vicepresident\\w*', 'vizeprasident\\w*', '[es]?vp', 'avp')],
  ['owner', words(
    '(co ?)?founder', '(co ?)?founders', '(business|company|shop|store|sole|co) owner', 'owner (and|founder|ceo|operator|director)', '(and|founder|ceo) owner', 'inhaber\\w*', '(mit)?grunder\\w*', 'gesellschafter\\w*',
    '(co ?)?fondat(eur|rice)', 'gerante?', 'proprietaire', '(co ?)?fundador\\w*', 'duen[oa]', 'propietari[oa]', 'proprietari[oa]', 'titolare', '(co ?)?fondat(ore|rice)', 'soci[oa]',
    'eigenaar', 'eigenaresse', 'oprichter', 'agare', 'grundare', 'ejer', 'eier', 'wlasciciel\\w*', 'zalozyciel\\w*', '(managing|general|founding|senior|equity) partner',
  )],
  ['owner', /^(owner\b|(partner|associee?)$)/],
  ['cLevel', words(
    'chief( \\w+){1,3} officer', 'c[ceftlomrips]o', 'cdo', 'ciso', 'chro', 'cxo', 'chair(man|woman|person)?', 'presidente?', 'prasident\\w*', 'board member', 'member of the board',
    '(managing|general|executive|hoofd|algemeen) (director|directeur)', 'general manager', '\\w*geschaftsfuhr\\w*', '\\w*geschaftsleit\\w*', '\\w*vorstand\\w*', 'pdg', 'direct(eur|rice) general\\w*',
    'director[a]? general', 'director[a]? ejecutiv[oa]', 'consejer[oa] delegad[oa]', 'amministrat(ore|rice) delegat[oa]', 'dirett(ore|rice) generale', 'diretor[a]? (geral|executiv[oa])',
    'bestuurder', 'vd', 'verkstallande direktor', 'administrerende direktor', 'daglig leder', 'adm dir', 'toimitusjohtaja', 'prezes\\w*', 'dyrektor (generalny|zarzadzajacy)',
  )],
  ['director', words(
    'director', 'directors', 'directora', 'directeur', 'directrice', '\\w*direktor\\w*', 'direttore', 'direttrice', 'diretor', 'diretora', 'dyrektor\\w*', 'head', 'hoofd', 'chief',
    '(abteilungs|bereichs|vertriebs|marketing|it|personal|werks|niederlassungs|betriebs|entwicklungs|einkaufs)?leit(er|erin|ung)', 'prokurist\\w*', '\\w{4,}chef',
  )],
  ['manager', words(
    '\\w*manager\\w*', 'lead(?! (gen|generation|qualification))', 'leader', '(team|projekt|gruppen)leit(er|erin|ung)',
    'supervisor\\w*', 'responsable', 'responsabile', 'gerente', 'jef[ea]', 'chef (de|du|des)', 'coordinat(or|rice)', 'kierownik\\w*', 'encargad[oa]', 'teamchef', 'forman', 'foreman',
  )],
  ['senior', words('senior', 'sr', 'principal', 'staff', 'expert\\w*', 'leading')],
];

function words(...patterns: readonly string[]): RegExp {
  return new RegExp(`\\b(${patterns.join('|')})\\b`);
}

/** Lower case without accents and punctuation, so that `Geschäftsführer (CEO)` is `geschaftsfuhrer ceo`. */
function folded(text: string): string {
  return text
    .slice(0, 300)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[øłßæđ]/g, (letter) => LETTERS[letter]!)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', ß: 'ss', æ: 'ae', đ: 'd' };
