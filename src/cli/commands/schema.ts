import { AuditError } from '../../errors.js';
import type { Io } from '../io.js';
import { write } from '../outputs.js';
import type { AddCommand } from './command.js';

const examples = `
Examples:
  $ fisher-audit schema                       of the report of an audit
  $ fisher-audit schema comparison
  $ fisher-audit schema --config              of fisher-audit.config.json
`;

export const addSchema: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('schema')
    .description('print a JSON Schema: of a report, or of the configuration')
    .argument('[kind]', 'kind of result: audit, comparison, track (default audit)')
    .option('--config', 'of the configuration file')
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
    throw new AuditError('FA401', { what: `schema: got ${kind}, expected ${Object.keys(resultSchemas).join(', ')}` });
  }
  const schema = config ? configJsonSchema() : resultJsonSchema(kind as keyof typeof resultSchemas);
  await write(io, `${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}
