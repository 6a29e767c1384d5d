/**
 * The rooms of src in the order of the data. A module imports from its own room and from earlier rooms. Rooms in one row
 * do not import each other, except where `beside` allows it.
 */
const rooms = [
  [{ name: 'errors', path: '^src/(errors|version)\\.ts$', why: 'every module may report an error' }],
  [{ name: 'text', path: '^src/text/', why: 'text is formatted the same way everywhere' }],
  [{ name: 'statistics', path: '^src/statistics/', why: 'pure numbers can be tested against textbooks' }],
  [{ name: 'kernels', path: '^src/kernels/', why: 'tensor arithmetic knows neither networks nor likelihoods' }],
  [{ name: 'program', path: '^src/program/', why: 'a program is the same whatever network it comes from' }],
  [
    { name: 'likelihoods', path: '^src/likelihoods/', why: 'a likelihood sees outputs, never weights or layers' },
    {
      name: 'estimators',
      path: '^src/estimators/',
      beside: ['^src/likelihoods/'],
      why: 'an estimator combines derivatives with a label distribution',
    },
  ],
  [{ name: 'network', path: '^src/network/', why: 'every front end hands over the same kind of network' }],
  [{ name: 'load', path: '^src/load/', why: 'outside bytes become typed data before anything is computed' }],
  [{ name: 'layers', path: '^src/layers/', why: 'a layer only lowers itself to primitives' }],
  [{ name: 'results', path: '^src/results/', why: 'a result is a contract; it does not know how it was computed' }],
  [{ name: 'engine', path: '^src/engine/', why: 'the engine sums derivatives and does not know what is reported' }],
  [{ name: 'figures', path: '^src/figures/', why: 'figures are computed from sums and judge nothing' }],
  [{ name: 'findings', path: '^src/findings/', why: 'a finding is a reason with its numbers, without sentences' }],
  [{ name: 'config', path: '^src/config/', why: 'options know what they configure, not who runs it' }],
  [
    { name: 'write', path: '^src/write/', why: 'bytes reach a file whole or not at all, whatever they are' },
    { name: 'report', path: '^src/report/', why: 'reports are pure functions of a result' },
  ],
  [{ name: 'workflows', path: '^src/workflows/', why: 'a workflow names the stages and leaves the work to the rooms' }],
  [{ name: 'api', path: '^src/index\\.ts$', why: 'the API works without a terminal' }],
  [{ name: 'cli', path: '^src/cli/', why: 'only the command line knows the process' }],
];

const roomRules = rooms.flatMap((row, rank) =>
  row.map(({ name, path, why, beside = [] }) => {
    const later = rooms.slice(rank + 1).flatMap((others) => others.map((other) => other.path));
    const siblings = row.map((other) => other.path).filter((other) => other !== path && !beside.includes(other));
    return { name, path, why, forbidden: [...siblings, ...later] };
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...roomRules
      .filter(({ forbidden }) => forbidden.length > 0)
      .map(({ name, path, why, forbidden }) => ({
        name: `${name}-imports-only-upwards`,
        comment: `${why}; a module imports from its own room and from earlier ones, types included`,
        severity: 'error',
        from: { path },
        to: { path: forbidden },
      })),
    {
      name: 'kernels-know-only-errors-and-text',
      comment:
        'kernels are the interface behind which backends are exchanged; a new backend needs other modules only for messages',
      severity: 'error',
      from: { path: '^src/kernels/' },
      to: { path: '^src/', pathNot: ['^src/kernels/', '^src/errors\\.ts$', '^src/text/'] },
    },
    {
      name: 'load-knows-no-program',
      comment: 'a format only says what is in the file; how it is computed is decided when it is lowered',
      severity: 'error',
      from: { path: '^src/load/' },
      to: { path: '^src/(program|layers|estimators)/' },
    },
    {
      name: 'files-only-in-load-output-and-cli',
      comment:
        'one room reads files, so that paths are confined and errors worded there; src/write/ writes tensors ' +
        'and texts, and the command writes reports',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/load/', '^src/write/', '^src/cli/'] },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'tfjs-only-in-kernels',
      comment:
        'derivatives belong to this project; tfjs multiplies and adds behind the kernels interface, and can be replaced',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kernels/' },
      to: { path: '@tensorflow/' },
    },
    {
      name: 'echarts-only-in-charts',
      comment: 'a chart is data until it is drawn, so that the drawing library can be replaced',
      severity: 'error',
      from: { path: '^(src|bin)/', pathNot: '^src/report/charts/' },
      to: { path: 'node_modules/(echarts|zrender)/' },
    },
    {
      name: 'pages-load-late',
      comment:
        'echarts takes longer to load than --help takes to run, so only formats/index.ts imports the page, on demand',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/report/(charts|html)/|^src/report/formats/html\\.ts$' },
      to: { path: '^src/report/(charts/|formats/html\\.ts)', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'terminal-only-in-cli-and-report',
      comment: 'the API prints nothing, so it loads no package that prints',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', '^src/report/'] },
      to: { path: 'node_modules/(commander|chalk|cli-table3|cli-progress)/' },
    },
    {
      name: 'bin-knows-only-the-command',
      comment: 'the executable only starts main(), so that tests can start it too',
      severity: 'error',
      from: { path: '^bin/' },
      to: { pathNot: '(^|/)dist/cli\\.js$' },
    },
    {
      name: 'no-tests-or-fixtures-in-src',
      comment: 'tests and fixtures are not in the published package',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { path: '^(test|fixtures)/' },
    },
    {
      name: 'no-development-packages-in-src',
      comment:
        'development packages are not installed with the published package; only their types may be used, and echarts and marked, which rolldown bundles into dist',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: {
        pathNot: 'node_modules/(echarts|marked)/',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-unresolvable',
      comment: 'the import would fail when it runs; dist/ is not there before the first build',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: 'dist/' },
    },
    {
      name: 'no-cycles',
      comment:
        'which module of a cycle runs first depends on who imports it; types that several modules need go into a module of their own',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'nothing uses a module that imports nothing and is not imported',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    // Sees type-only imports as well, and tells them apart.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
