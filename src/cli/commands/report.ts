import { type Flags, addOutputOptions } from '../flags.js';
import type { Io } from '../io.js';
import { checkOutputs, parseOutputs, writeReports } from '../outputs.js';
import { conclude } from '../exit-status.js';
import { type AddCommand, exitStatus } from './command.js';

const examples = `
Examples:
  $ fisher-audit report report.json
  $ fisher-audit report report.json -r html=report.html -r junit=report.xml
`;

export const addReport: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('report')
    .description('show a saved report in any format, without computing anything')
    .argument('<report>', 'JSON report, saved with -r json=<file>');
  addOutputOptions(command);
  command.addHelpText('after', examples + exitStatus('done', 'failed', 'unusable', 'undecided', 'bug'));
  command.action(async (path: string) => finish(await runReport(path, command.opts(), io)));
};

async function runReport(path: string, flags: Flags, io: Io): Promise<number> {
  const outputs = parseOutputs(flags);
  await checkOutputs(outputs, { models: [], others: [path] });
  const { readResult } = await import('../../workflows/saved-results.js');
  const result = await readResult(path);
  await writeReports(result, outputs, io);
  return conclude(result.verdict, outputs, io);
}
