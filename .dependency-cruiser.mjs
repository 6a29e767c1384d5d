/**
 * The layers of src, lowest first. A module imports from its own layer and from those before it; modules of one layer
 * that are listed apart do not know one another unless `beside` says so.
 */
const layers = [
  [{ name: 'errors', path: '^src/(errors|version|bounded)\\.ts$', why: 'every module may report an error' }],
  [{ name: 'statistics', path: '^src/statistics/', why: 'pure numbers, to be tested against textbooks' }],
  [{ name: 'kernels', path: '^src/kernels/', why: 'tensor arithmetic that knows neither networks nor likelihoods' }],
  [{ name: 'program', path: '^src/program/', why: 'programs and derivatives, whatever network they come from' }],
  [
    { name: 'layers', path: '^src/layers/', why: 'a layer only lowers itself to primitives' },
    { name: 'likelihoods', path: '^src/likelihoods/', why: 'a likelihood sees outputs, never weights or layers' },
    {
      name: 'estimators',
      path: '^src/estimators/',
      beside: ['^src/likelihoods/'],
      why: 'an estimator weighs derivatives with what a likelihood tells about its labels',
    },
  ],
  [{ name: 'load', path: '^src/load/', why: 'outside bytes become typed data before anything is computed' }],
  [{ name: 'audit', path: '^src/audit/', why: 'the audit computes a result and does not know how it is shown' }],
  [
    { name: 'tensor-files', path: '^src/tensor-files/', why: 'formats turn tensors into bytes, which others write' },
    {
      name: 'output',
      path: '^src/output-file\\.ts$',
      why: 'bytes go to a file whole or not at all, whatever they are',
    },
  ],
  [{ name: 'report', path: '^src/report/', why: 'reports are pure functions of a result' }],
  [
    {
      name: 'story',
      path: '^src/(options|option-schema|config|gate|prepare|inspect|start|run|compare|track|export|saved|index)\\.ts$',
      why: 'the API, whole without a terminal',
    },
  ],
  [{ name: 'cli', path: '^src/cli(\\.ts$|/)', why: 'the only part that knows the process' }],
];

/** Types that may be taken from a later layer, each for its reason; nothing of them is left at run time. */
const typesFromLater = {
  // The network as it was read: what layers are lowered from.
  layers: ['^src/load/network\\.ts$'],
  // The options as they were validated: what the report's conventions tell.
  audit: ['^src/options\\.ts$'],
};

const layerRules = layers.flatMap((row, rank) =>
  row.map(({ name, path, why, beside = [] }) => {
    const later = layers.slice(rank + 1).flatMap((others) => others.map((other) => other.path));
    const siblings = row.map((other) => other.path).filter((other) => other !== path && !beside.includes(other));
    return { name, path, why, forbidden: [...siblings, ...later], types: typesFromLater[name] ?? [] };
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layerRules
      .filter(({ forbidden }) => forbidden.length > 0)
      .map(({ name, path, why, forbidden, types }) => ({
        name: `${name}-imports-only-upwards`,
        comment: `${why}; imports only go up the list of layers, types too but for those named in typesFromLater`,
        severity: 'error',
        from: { path },
        to: { path: forbidden, ...(types.length > 0 && { pathNot: types }) },
      })),
    ...layerRules
      .filter(({ types }) => types.length > 0)
      .map(({ name, path, types }) => ({
        name: `${name}-takes-only-types-from-later`,
        comment: 'a real import would load the later layer first and turn the order of the layers around',
        severity: 'error',
        from: { path },
        to: { path: types, dependencyTypesNot: ['type-only'] },
      })),
    {
      name: 'kernels-know-only-errors',
      comment:
        'kernels are the narrow place where backends are exchanged; what they would import, a new one would need',
      severity: 'error',
      from: { path: '^src/kernels/' },
      to: { path: '^src/', pathNot: ['^src/kernels/', '^src/errors\\.ts$'] },
    },
    {
      name: 'load-knows-no-program',
      comment: 'a format only says what is in the file; how it is computed is decided when it is lowered',
      severity: 'error',
      from: { path: '^src/load/' },
      to: { path: '^src/(program|layers|likelihoods|estimators)/' },
    },
    {
      name: 'files-only-in-load-output-and-cli',
      comment:
        'what reads files is in one place, where paths are confined and errors told; tensors are written by ' +
        'output-file.ts, reports by the command',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/load/', '^src/output-file\\.ts$', '^src/cli(\\.ts$|/)'] },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'tfjs-only-in-kernels',
      comment:
        'derivatives are of this project: tfjs multiplies and adds behind the kernels interface, and can be replaced',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kernels/' },
      to: { path: '@tensorflow/' },
    },
    {
      name: 'echarts-only-in-charts',
      comment: 'a chart is of this project until it is drawn; what draws it can be replaced',
      severity: 'error',
      from: { path: '^(src|bin)/', pathNot: '^src/report/charts/' },
      to: { path: 'node_modules/(echarts|zrender)/' },
    },
    {
      name: 'pages-load-late',
      comment:
        'echarts takes longer to load than --help to run: only formats/index.ts knows the page, and imports it when asked for',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/report/(charts|html)/|^src/report/formats/html\\.ts$' },
      to: { path: '^src/report/(charts/|formats/html\\.ts)', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'terminal-only-in-cli-and-report',
      comment: 'the API prints nothing, and loads nothing that prints',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli(\\.ts$|/)', '^src/report/'] },
      to: { path: 'node_modules/(commander|chalk|cli-table3|cli-progress)/' },
    },
    {
      name: 'bin-knows-only-the-command',
      comment: 'the executable starts main() and nothing else, so that tests can start it too',
      severity: 'error',
      from: { path: '^bin/' },
      to: { pathNot: '(^|/)dist/cli\\.js$' },
    },
    {
      name: 'no-tests-or-fixtures-in-src',
      comment: 'they are not in the published package',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { path: '^(test|fixtures)/' },
    },
    {
      name: 'no-development-packages-in-src',
      comment:
        'they are not installed with the published package; their types alone may be used, and echarts, whose code rolldown puts into dist',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: {
        pathNot: 'node_modules/echarts/',
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
        'which module of a cycle runs first depends on who asks; types may point in a circle, they are gone by then',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'a module that imports nothing and is imported by nothing is forgotten',
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
