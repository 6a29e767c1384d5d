/** Stands for the part of a weight's name that names a cell: gru_cell, lstm_cell_2. */
export const ANY_CELL = '*_cell';

/** Weights whose names depend on the major version of Keras, by the name that layers ask for. */
const versionedNames: Readonly<Record<string, (kerasMajor: 2 | 3 | null) => string>> = {
  depthwise_conv2d_kernel: (kerasMajor) => (kerasMajor === 3 ? 'kernel' : 'depthwise_kernel'),
};

/** The name under which this version of Keras stores a weight. */
export const storedName = (name: string, kerasMajor: 2 | 3 | null): string =>
  Object.hasOwn(versionedNames, name) ? (versionedNames[name]?.(kerasMajor) ?? name) : name;

/**
 * Paths below that of a layer under which a file may keep the weights of a part of it; '' is the layer itself. The names
 * are those of the parts in the configuration.
 */
export const weightPaths = {
  /** The only cell of a recurrent layer. tfjs and the first versions of Keras 2 keep its weights in the layer itself. */
  cell: (): string[] => ['', ANY_CELL],
  /** The cell of an RNN layer. */
  cellOfRnn: (name: string): string[] => ['', name],
  /** The cell at one place of StackedRNNCells, counted from 0. */
  stackedCell: (stack: string, name: string, place: number): string[] => [`RNNCell_${place}`, `${stack}/${name}`, name],
  /** The layer in a TimeDistributed wrapper. tfjs names its weights as if they were those of the wrapper. */
  timeDistributed: (name: string): string[] => ['', name],
  /** The first layer of a Bidirectional wrapper. */
  forward: (name: string): string[] => [`forward_${withoutDirection(name)}`],
  /** The second layer of a Bidirectional wrapper, which keeps its name where the model was given one. */
  backward: (name: string): string[] => [`backward_${withoutDirection(name)}`, name],
};

const withoutDirection = (name: string): string => name.replace(/^(forward|backward)_/, '');

/** DepthwiseConv2D is depthwise_conv2d, PReLU p_re_lu. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/**
 * Names the groups of a list of layers in a file of Keras 3: the class, with a number behind all but the first.
 * @returns a function to call for each layer in order; `count` says for how many layers this one counts
 */
export function groupNames(): (className: string, count?: (name: string) => number) => string {
  const counts = new Map<string, number>();
  return (className, count = () => 1) => {
    const group = snakeCase(className);
    const before = counts.get(group) ?? 0;
    const name = before > 0 ? `${group}_${before}` : group;
    counts.set(group, before + count(name));
    return name;
  };
}
