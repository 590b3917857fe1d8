/**
 * Who may import whom, as in docs/house.md, section 3. A row says which rooms of `src/` and which packages a part may
 * import; everything else is a violation. Rows that come later speak for single files and replace the row of their room.
 */
const table = [
  // room                    from                                     rooms                                             npm packages
  row('domain',              'src/domain/',                           [],                                               [], { node: false }),
  row('config',              'src/config/',                           ['domain'],                                       ['zod']),
  row('normalise',           'src/normalise/',                        ['domain'],                                       ['email-providers', 'libphonenumber-js', 'tldts']),
  row('api',                 'src/api/',                              ['domain', 'config', 'store', 'normalise', 'connectors/[^/]+/webhook[.]ts$'],
                                                                                                                        ['hono', '@hono/*', 'zod', 'prom-client', 'pino']),
  row('store',               'src/store/',                            ['domain'],                                       ['pg', 'kysely', 'uuid']),
  row('dispatcher',          'src/dispatcher/',                       ['domain', 'config', 'store'],                    ['@temporalio/client', '@temporalio/common', 'pino']),
  row('activities',          'src/activities/',                       ['domain', 'config', 'store', 'connectors', 'normalise', 'workflows'],
                                                                                                                        ['@temporalio/activity', '@temporalio/common', 'uuid'],
                                                                                                                        { typePackages: ['@temporalio/worker'] }),
  row('connectors',          'src/connectors/',                       ['domain', 'normalise'],                          ['zod', 'undici', 'graphql', 'resend', 'stripe', 'pg', 'pg-cursor', 'jose', 'uuid', '@jmespath-community/jmespath'],
                                                                                                                        { types: ['config'] }),
  row('connector-card',      'src/connectors/([^/]+/(index|settings)|[^/]+)[.]ts$', ['domain', 'config', 'normalise'],             ['zod', 'undici', 'graphql', 'resend', 'stripe', 'pg', 'pg-cursor', 'jose', 'uuid', '@jmespath-community/jmespath']),
  row('use-case-card',       'src/workflows/[^/]+/(index|contract|normalise-[^/]+)[.]ts$', ['domain', 'config', 'normalise', 'connectors', 'activities'], ['zod']),
  row('workflow',            'src/workflows/([^/]+/(workflow|rules)|(runtime|triggers)/.*)[.]ts$', ['domain'],          ['@temporalio/workflow', '@temporalio/common'],
                                                                                                                        { node: false, types: ['config', 'activities', 'workflows'] }),
  row('sandbox',             'src/sandbox/',                          ['domain'],                                       ['hono', '@hono/*', 'graphql', 'uuid', 'zod', 'email-providers', 'libphonenumber-js']),
];

const shape = [
  forbid('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
  forbid('no-orphans', { path: '^(src|test|bench)/', orphan: true, pathNot: '[.]d[.]ts$' }, {}),
  forbid('use-cases-apart', { path: '^src/workflows/([^/]+)/' }, { path: '^src/workflows/[^/]+/', pathNot: '^src/workflows/($1|runtime)/' }),
  // The bundle's list names workflow functions; everybody else sees the card.
  forbid('only-the-card', { path: '^src/', pathNot: ['^src/(workflows|activities)/', testFile()] }, { path: '^src/workflows/(?!runtime/|triggers/)[^/]+/(?!index[.]ts$)' }),
  // The activities of a use case carry out its decisions: they see its rules and contract, never its process.
  forbid('only-its-own-rules', { path: '^src/activities/([^/]+)/', pathNot: testFile() }, { path: '^src/workflows/', pathNot: '^src/workflows/($1/(?!workflow[.]ts$)|runtime/)' }),
  forbid('shared-verbs-know-no-use-case', { path: '^src/activities/[^/]+$', pathNot: testFile() }, { path: '^src/workflows/', pathNot: '^src/workflows/runtime/' }),
  forbid('no-test-code', { path: '^(src|bench)/', pathNot: testFile() }, { path: ['^test/', testFile()] }),
  forbid('no-bench-code', { path: '^(src|test)/' }, { path: '^bench/' }),
  forbid('only-for-trials', { path: '^src/', pathNot: ['^src/(sandbox|local|cli)/', testFile()] }, { path: '^src/sandbox/' }),
  forbid('no-way-back', { path: '^src/', pathNot: ['^src/(worker|local|cli)/', testFile()] }, { path: '^src/(worker|local|cli)/' }),
  forbid('resolvable', {}, { couldNotResolve: true }),
  forbid('declared', { path: '^src/', pathNot: testFile() }, { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] }),
];

module.exports = {
  forbidden: [...table.flat(), ...shape],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/histories/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'] },
  },
};

function row(name, from, rooms, packages, { node = true, types = [], typePackages = [] } = {}) {
  const later = { 'src/connectors/': ['[^/]+/(index|settings)[.]ts$', '[^/]+[.]ts$'] }[from] ?? [];
  const part = { path: `^${from}`, pathNot: [testFile(), ...later.map((file) => `^${from}${file}`)] };
  const room = from.split('/')[1];
  const own = name === 'workflow' || name === 'use-case-card' ? ownFolder(name) : `^src/${room}/`;
  const seen = [own, ...rooms.map((entry) => `^src/${entry}${/[$]$/.test(entry) ? '' : '/'}`)];
  const known = types.map((entry) => `^src/${entry}/`);
  return [
    forbid(`${name}-rooms`, part, { path: '^(src|test|bench)/', pathNot: [...seen, ...known] }),
    ...(types.length === 0 ? [] : [forbid(`${name}-types-only`, part, { path: known, pathNot: seen, dependencyTypesNot: ['type-only'] })]),
    forbid(`${name}-packages`, part, { dependencyTypesNot: ['local', 'core', 'aliased', 'localmodule'], path: 'node_modules/', pathNot: [...packages, ...typePackages].map(modulePath) }),
    ...(typePackages.length === 0 ? [] : [forbid(`${name}-package-types-only`, part, { path: typePackages.map(modulePath), dependencyTypesNot: ['type-only'] })]),
    ...(node ? [] : [forbid(`${name}-no-node`, part, { dependencyTypes: ['core'] })]),
  ];
}

/** What a use case's file may import of its own folder: a workflow its rules and the runtime, a card everything. */
function ownFolder(name) {
  return name === 'workflow' ? '^src/workflows/([^/]+/rules|(runtime|triggers)/.*)[.]ts$' : '^src/workflows/';
}

function modulePath(name) {
  return `node_modules/(@types/)?${name.replace('/*', '/[^/]+')}/`;
}

function testFile() {
  return '([.]test|/testing/.*|[.]fixture)[.]ts$';
}

function forbid(name, from, to) {
  return { name, severity: 'error', from, to };
}
