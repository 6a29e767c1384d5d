import { AuditError } from '../../errors.js';
import type { Io } from '../io.js';
import { write } from '../io.js';
import type { AddCommand } from './command.js';

const examples = `
Examples:
  $ fisher-audit schema                       the report of an audit
  $ fisher-audit schema comparison
  $ fisher-audit schema --config              fisher-audit.config.json
`;

export const addSchema: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('schema')
    .description('print the JSON Schema of a report or of the configuration file')
    .argument('[kind]', 'kind of report: audit, comparison or track (default audit)')
    .option('--config', 'the schema of the configuration file')
    .addHelpText('after', examples);
  command.action(async (kind: string | undefined) => {
    const { config = false } = command.opts<{ config?: boolean }>();
    finish(await runSchema(kind ?? 'audit', config, io));
  });
};

async function runSchema(kind: string, config: boolean, io: Io): Promise<number> {
  const [{ resultSchemas, resultJsonSchema }, { configJsonSchema }] = await Promise.all([
    import('../../results/index.js'),
    import('../../config/config-file.js'),
  ]);
  if (!Object.hasOwn(resultSchemas, kind)) {
    throw new AuditError('FA401', {
      what: `schema: got ${kind}, expected one of: ${Object.keys(resultSchemas).join(', ')}`,
      fix: 'name one of these, or use --config for the schema of the configuration file',
    });
  }
  const schema = config ? configJsonSchema() : resultJsonSchema(kind as keyof typeof resultSchemas);
  await write(io, `${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}
