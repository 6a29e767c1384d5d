import { type Footer, type SchemaElement, damaged } from './footer.js';
import { type ValueType, valueType } from './value-types.js';

/** A column at the top of the schema that holds one number a row, or nested lists of numbers. */
export interface NumberColumn {
  readonly name: string;
  /** Its place among the chunks of a row group. */
  readonly chunk: number;
  readonly type: ValueType;
  readonly physicalType: number;
  /** How many lists lie in one another. */
  readonly lists: number;
  /** The level of a value that is there, and neither null nor in a list that is null or empty. */
  readonly definition: number;
}

/** Any other column. */
export interface OtherColumn {
  readonly name: string;
  /** What it holds instead of numbers. */
  readonly holds: string;
}

export type Column = NumberColumn | OtherColumn;

export function isNumbers(column: Column): column is NumberColumn {
  return 'type' in column;
}

const OPTIONAL = 1;
const REPEATED = 2;
const DEEPEST = 32;

/** A leaf of the schema: the nodes on the way to it, without the root. */
interface Leaf {
  readonly way: readonly SchemaElement[];
}

/** The leaves below each child of the root, in the order of the file. @throws Error when the schema makes no sense */
function fieldsOf(schema: readonly SchemaElement[]): readonly (readonly Leaf[])[] {
  let next = 0;
  const take = (): SchemaElement => {
    const element = schema[next++];
    if (element === undefined) throw new Error('its schema ends where columns should follow');
    return element;
  };
  const leavesOf = (way: readonly SchemaElement[]): Leaf[] => {
    const element = take();
    const here = [...way, element];
    if (here.length > DEEPEST) throw new Error(`its columns are nested deeper than ${DEEPEST}`);
    if (element.type !== null) return [{ way: here }];
    const leaves: Leaf[] = [];
    for (let child = 0; child < element.children; child++) {
      // One by one: a file may have more columns than a function arguments.
      for (const leaf of leavesOf(here)) leaves.push(leaf);
    }
    return leaves;
  };
  const fields: Leaf[][] = [];
  for (let field = 0, { children } = take(); field < children; field++) fields.push(leavesOf([]));
  if (next < schema.length) throw new Error('its schema goes on after its columns');
  return fields;
}

function columnOf(leaves: readonly Leaf[], name: string, chunk: number): Column {
  const [leaf] = leaves;
  const element = leaf?.way.at(-1);
  if (leaf === undefined || element === undefined || leaves.length > 1) return { name, holds: 'structures' };
  const type = valueType(element);
  if (typeof type === 'string') return { name, holds: type };
  const repetitions = leaf.way.map(({ repetition }) => repetition);
  const lists = repetitions.filter((repetition) => repetition === REPEATED).length;
  const definition = lists + repetitions.filter((repetition) => repetition === OPTIONAL).length;
  return { name, chunk, type, physicalType: element.type ?? -1, lists, definition };
}

/** @throws Error when a row group's chunks are not those of the columns */
function checkChunks({ groups }: Footer, leaves: number, columns: readonly Column[]): void {
  for (const { rows, chunks } of groups) {
    if (chunks.length !== leaves) throw new Error(`a row group has ${chunks.length} columns, the schema ${leaves}`);
    for (const column of columns.filter(isNumbers)) {
      const chunk = chunks[column.chunk];
      if (chunk?.type !== column.physicalType) throw new Error(`column "${column.name}" has another type than stored`);
      if (column.lists > 0 || chunk.values === rows) continue;
      throw new Error(`column "${column.name}" has ${chunk.values} values in ${rows} rows`);
    }
  }
}

/** The columns in the order of the file. @throws AuditError FA102 when schema and row groups do not agree */
export function columnsOf(label: string, footer: Footer): readonly Column[] {
  try {
    const fields = fieldsOf(footer.schema);
    let chunk = 0;
    const columns = fields.map((leaves, i) => {
      const column = columnOf(leaves, leaves[0]?.way[0]?.name ?? `column ${i}`, chunk);
      chunk += leaves.length;
      return column;
    });
    checkChunks(footer, chunk, columns);
    return columns;
  } catch (error) {
    throw damaged(label, (error as Error).message, { cause: error });
  }
}
