import * as z from 'zod';
import { list, text } from '../../network/untrusted-schemas.js';
import { type Layer, type LayerContext, type LayerExample, layer } from '../layer.js';
import { carried } from '../masks/mask-rules.js';
import { type Begin, type Cell, insideConfig, recur, recurrentConfig, recurrentSchema } from './recurrence.js';
import { gruCell, lstmCell, simpleRnnCell } from './recurrent-cells.js';
import { weightPaths } from '../../load/keras/weights/weight-names.js';

/** The mask of the input, where the result is a sequence. */
export const sequenceMask = (context: LayerContext, { return_sequences: whole }: { return_sequences: boolean }) =>
  whole ? carried(context) : null;

/** A layer of one cell, whose configuration includes that of the cell. */
const recurrent = <Config>(cell: Cell<Config>, examples: readonly LayerExample[]): Layer =>
  layer({
    config: z.intersection(recurrentSchema, cell.config),
    examples,
    lower: (context, config, inputs) =>
      recur(context, config, [(outer, x) => cell.begin(outer.inside(weightPaths.cell()), config, x)], inputs),
    mask: sequenceMask,
  });

const sequence = [[3, 2]];

export const simpleRnn = recurrent(simpleRnnCell, [
  { config: { units: 2 }, inputs: sequence },
  { config: { units: 3, activation: 'sigmoid', useBias: false, returnSequences: true }, inputs: sequence },
  { config: { units: 1, goBackwards: true, returnSequences: true }, inputs: [[4, 1]] },
]);

export const gru = recurrent(gruCell, [
  { config: { units: 2, recurrentActivation: 'sigmoid' }, inputs: sequence },
  { config: { units: 1, recurrentActivation: 'sigmoid', useBias: false, returnSequences: true }, inputs: sequence },
  { config: { units: 2, goBackwards: true, activation: 'softplus' }, inputs: [[2, 1]] },
]);

export const lstm = recurrent(lstmCell, [
  { config: { units: 2, recurrentActivation: 'sigmoid' }, inputs: sequence },
  {
    config: { units: 1, recurrentActivation: 'sigmoid', unitForgetBias: true, returnSequences: true },
    inputs: sequence,
  },
  { config: { units: 1, useBias: false, goBackwards: true, activation: 'softplus' }, inputs: [[2, 1]] },
]);

/** A cell with its configuration, in RNN and StackedRNNCells. It begins once the paths of its weights are known. */
interface Named {
  readonly name: string;
  begin(paths: readonly string[]): Begin;
}

const savedCell = <Name extends string, Config>(className: Name, cell: Cell<Config>) =>
  z
    .object({ class_name: z.literal(className), config: z.intersection(insideConfig, cell.config) })
    .transform(({ config }): Named => ({
      name: config.name,
      begin: (paths) => (context, x) => cell.begin(context.inside(paths, config.trainable ?? null), config, x),
    }));

const savedCells = [
  savedCell('SimpleRNNCell', simpleRnnCell),
  savedCell('GRUCell', gruCell),
  savedCell('LSTMCell', lstmCell),
] as const;

const error = 'not a SimpleRNNCell, GRUCell, LSTMCell or StackedRNNCells of Keras';
const cellSchema = z.discriminatedUnion('class_name', savedCells, { error });

const stackSchema = z
  .object({
    class_name: z.literal('StackedRNNCells'),
    config: z.object({
      name: text,
      cells: list(cellSchema).refine((cells) => cells.length > 0, 'no cells'),
    }),
  })
  .transform(({ config: { name, cells } }) =>
    cells.map((cell, k) => cell.begin(weightPaths.stackedCell(name, cell.name, k))),
  );

/** One cell, or several stacked cells. */
const cellsSchema = z
  .discriminatedUnion('class_name', [...savedCells, stackSchema], { error })
  .transform((own) => (Array.isArray(own) ? own : [own.begin(weightPaths.cellOfRnn(own.name))]));

const cell = (className: string, config: object): object => ({ className, config });

export const rnn = layer({
  config: z.object({ ...recurrentConfig, cell: cellsSchema }),
  examples: [
    { config: { cell: cell('GRUCell', { units: 2, recurrentActivation: 'sigmoid' }) }, inputs: sequence },
    {
      config: {
        cell: cell('StackedRNNCells', {
          cells: [cell('LSTMCell', { units: 1, recurrentActivation: 'sigmoid' }), cell('SimpleRNNCell', { units: 2 })],
        }),
        returnSequences: true,
        goBackwards: true,
      },
      inputs: sequence,
    },
  ],
  lower: (context, config, inputs) => recur(context, config, config.cell as [Begin, ...Begin[]], inputs),
  mask: sequenceMask,
});
