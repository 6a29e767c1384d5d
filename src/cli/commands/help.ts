import type { Command } from 'commander';
import { closestMatch } from 'leven';
import { AuditError } from '../../errors.js';
import { type Topic, isTopic, readTopic, topics } from '../help/topics.js';
import { type Io, wantsColour, widthOf } from '../io.js';
import type { AddCommand } from './command.js';

const examples = `
Examples:
  $ fisher-audit help               a list of all topics and commands
  $ fisher-audit help policy        the topic policy
  $ fisher-audit help compare       the options of the command compare
`;

export const addHelp: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('help')
    .description(`explain a topic (${Object.keys(topics).join(', ')}), or show the options of a command`)
    .argument('[topic]', 'topic or command (default: a list of both)')
    .option('--no-color', 'no colours (NO_COLOR has the same effect; FORCE_COLOR forces colours)')
    .addHelpText('after', examples);
  command.action(async (name: string | undefined) => {
    const { color = true } = command.opts<{ color?: boolean }>();
    await showHelp(name, program, io, color);
    finish(0);
  });
};

/** A topic comes before a command of the same name (export). @throws AuditError FA401 */
async function showHelp(name: string | undefined, program: Command, io: Io, color: boolean): Promise<void> {
  if (name === undefined) return showMarkdown(overview(program), io, color);
  if (isTopic(name)) return showMarkdown(await readTopic(name), io, color);
  const command = name === 'audit' ? program : program.commands.find((one) => one.name() === name);
  if (command === undefined) throw unknownTopic(name, program);
  command.outputHelp();
}

async function showMarkdown(text: string, io: Io, color: boolean): Promise<void> {
  const [{ renderMarkdown }, { page }] = await Promise.all([
    import('../help/render-markdown.js'),
    import('../help/page.js'),
  ]);
  await page(renderMarkdown(text, { width: widthOf(io), colour: wantsColour(io, color) }), io);
}

const commandNames = (program: Command): string[] => ['audit', ...program.commands.map((command) => command.name())];

function overview(program: Command): string {
  const commandRows = program.commands.map((command) => `| \`${command.name()}\` | ${command.description()} |`);
  return [
    '# fisher-audit help\n',
    '`fisher-audit help <topic>` explains a topic:\n',
    '| topic | question |\n| --- | --- |',
    ...(Object.keys(topics) as Topic[]).map((topic) => `| \`${topic}\` | ${topics[topic]} |`),
    '\n`fisher-audit help <command>` shows the options of a command:\n',
    '| command | what it does |\n| --- | --- |',
    '| `audit` | the default, without a name: `fisher-audit <model> [data]` |',
    ...commandRows,
    '\n`export` is a topic and a command: `fisher-audit help export` explains the topic, and `fisher-audit export --help` shows the options of the command.',
  ].join('\n');
}

function unknownTopic(name: string, program: Command): AuditError {
  const names = [...new Set([...Object.keys(topics), ...commandNames(program)])];
  const closest = closestMatch(name, names, { maxDistance: 3 });
  return new AuditError('FA401', {
    what: `help: there is no topic or command ${name}`,
    fix:
      (closest === undefined ? '' : `did you mean ${closest}? `) +
      `Topics are ${Object.keys(topics).join(', ')}; commands are ${commandNames(program).join(', ')}`,
  });
}
