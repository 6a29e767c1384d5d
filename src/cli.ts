import { Command, CommanderError, Option } from 'commander';
import { fail } from './cli/failure.js';
import { runAudit, runExport, runInspect, runSchema } from './cli/commands.js';
import type { Io } from './cli/io.js';
import { type OptionName, defaultOf, exportOptionNames, flagOf, optionNames } from './options.js';
import { version } from './version.js';

/**
 * The command line. The process is handed in; nothing below knows it.
 * @returns the exit status: 0 done, 1 a check failed, 2 bad input, 3 nothing audited, 4 inconclusive, 70 a bug
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let status = 0;
  const finish = (code: number): void => void (status = code);
  io.stdout.on('error', ignoreClosedPipe);
  const program = build(io, finish);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return fail(error, io, { debug: argv.includes('--debug'), json: wantsJson(argv) });
  }
}

/** A reader that has seen enough (`| head`) is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

const wantsJson = (argv: readonly string[]): boolean =>
  argv.includes('--json') ||
  argv.some((word, k) => word === '--report=json' || (word === 'json' && /^(-r|--report)$/.test(argv[k - 1] ?? '')));

const MODEL = 'model.json of a tfjs LayersModel, .keras or .h5 of Keras, or the folder that holds model.*';

const DATA =
  'data set: .npy .npz .csv .json .jsonl .parquet, IDX or a folder of images (default: dataset.* or x.* beside the model)';

function build(io: Io, finish: (status: number) => void): Command {
  const program = new Command('fisher-audit')
    .description(
      'Which estimator of the diagonal Fisher information can you trust, in which layer of a network, ' +
        'how noisy is it, and how many label draws does it need?',
    )
    .argument('<model>', MODEL)
    .argument('[data]', DATA)
    .version(version, '--version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: () => undefined })
    .enablePositionalOptions();
  addOptions(program, optionNames, auditExamples + exitStatus);
  addOutputOptions(program);
  program.action(async (model: string, data: string | undefined) =>
    finish(await runAudit(model, data ?? null, program.opts(), io)),
  );
  addInspect(program, io, finish);
  addExport(program, io, finish);
  program
    .command('schema')
    .description('print the JSON Schema of the report')
    .action(async () => finish(await runSchema(io)));
  return program;
}

function addInspect(program: Command, io: Io, finish: (status: number) => void): void {
  const inspect = program
    .command('inspect')
    .description('what an audit would do: layers supported or not and why, estimators, cost; reads no data')
    .argument('<model>', MODEL);
  const names = [
    ...(['samples', 'inputs', 'likelihood', 'kinks', 'parameters', 'memory'] as const),
    ...(['precision', 'skipLayer', 'backend', 'batchSize'] as const),
  ];
  addOptions(inspect, names, '\nExample:\n  $ fisher-audit inspect fixtures/mnist/model.json\n');
  inspect.addOption(new Option('--json', 'as JSON'));
  addCommonOptions(inspect);
  inspect.action(async (model: string) => finish(await runInspect(model, inspect.opts(), io)));
}

function addExport(program: Command, io: Io, finish: (status: number) => void): void {
  const command = program
    .command('export')
    .description('write the diagonal Fisher of every parameter, with its variances, for numpy or safetensors')
    .argument('<model>', MODEL)
    .argument('[data]', DATA)
    .requiredOption('-o, --output <file>', 'where to: a .safetensors or .npz file');
  // Understood, so that it can be refused in words: an export holds every parameter.
  command.addOption(new Option(flagOf('parameters').flags).hideHelp());
  addOptions(
    command,
    exportOptionNames.filter((name) => name !== 'parameters'),
    exportExamples,
  );
  command.addOption(new Option('--json', 'what was written, as JSON'));
  addCommonOptions(command);
  command.action(async (model: string, data: string | undefined) =>
    finish(await runExport(model, data ?? null, command.opts(), io)),
  );
}

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function addOptions(command: Command, names: readonly OptionName[], examples: string): void {
  for (const name of names) {
    const { flags, help, repeatable } = flagOf(name);
    const option = new Option(flags, help + defaultText(name));
    if (repeatable) option.argParser(collect);
    command.addOption(option);
  }
  command.addHelpText('after', examples);
}

/** The default in words. */
function defaultText(name: OptionName): string {
  const value = defaultOf(name);
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0)
    ? ''
    : ` (default ${(value as string | number).toString()})`;
}

function addOutputOptions(command: Command): void {
  command
    .option(
      '-r, --report <name[=file]>',
      'table, json, ndjson or csv; repeatable; without =file to standard output (default table)',
      collect,
    )
    .option('--json', 'short for --report json')
    .option('-o, --output <file>', 'file for the report that would go to standard output')
    .option('--by <rows>', 'rows of table and csv: layer or weight (default layer)');
  addCommonOptions(command);
}

function addCommonOptions(command: Command): void {
  command
    .option('-q, --quiet', 'no progress and no warnings')
    .option('--debug', 'stack traces with errors')
    .option('--no-color', 'no colours (so does NO_COLOR; FORCE_COLOR forces them)');
}

const auditExamples = `
Examples:
  $ fisher-audit model.json                             with dataset.* or x.* beside the model
  $ fisher-audit model.json digits.idx --scale 0.00392157 --samples 8,64,512
  $ fisher-audit model.json --max-error 0.1             exit status 1 if a layer's estimate is noisier
  $ fisher-audit model.json --json | jq '.layers[] | {name, use: .recommendation.estimator}'
  $ fisher-audit model.json -r table -r json=report.json -r csv=layers.csv
`;

const exportExamples = `
Examples:
  $ fisher-audit export model.keras digits.npy -o fisher.safetensors
  $ fisher-audit export model.json -o fisher.npz --estimator gradient --samples 64
`;

const exitStatus = `
Exit status:
  0  done, checks passed            1  a check failed
  2  bad usage, model or data       3  nothing could be audited, or less than --require-coverage
  4  a check is inconclusive       70  a bug in the tool
`;
