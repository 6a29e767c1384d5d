import { type Footer, type SchemaElement, damaged } from './footer.js';
import { type ValueType, valueType } from './value-types.js';

/** A column at the top of the schema with one number in a row, or nested lists of numbers. */
export interface NumberColumn {
  readonly name: string;
  /** Index of its chunk in a row group. */
  readonly chunk: number;
  readonly type: ValueType;
  readonly physicalType: number;
  /** Depth of nested lists; 0 for one number in a row. */
  readonly lists: number;
  /** The definition level of a value that is present: not null, and not in a list that is null or empty. */
  readonly definition: number;
}

/** Any other column. */
export interface OtherColumn {
  readonly name: string;
  /** What it holds instead of numbers, in the plural. */
  readonly holds: string;
}

export type Column = NumberColumn | OtherColumn;

export function isNumbers(column: Column): column is NumberColumn {
  return 'type' in column;
}

const OPTIONAL = 1;
const REPEATED = 2;
const DEEPEST = 32;

/** A leaf of the schema. */
interface Leaf {
  /** The nodes from below the root down to the leaf. */
  readonly way: readonly SchemaElement[];
}

/** The leaves below each child of the root, in the order of the file. @throws Error when the schema is not one tree */
function fieldsOf(schema: readonly SchemaElement[]): readonly (readonly Leaf[])[] {
  let next = 0;
  const take = (): SchemaElement => {
    const element = schema[next++];
    if (element === undefined) throw new Error('its schema ends before its columns');
    return element;
  };
  const leavesOf = (way: readonly SchemaElement[]): Leaf[] => {
    const element = take();
    const here = [...way, element];
    if (here.length > DEEPEST) throw new Error(`its columns are nested deeper than ${DEEPEST}`);
    if (element.type !== null) return [{ way: here }];
    const leaves: Leaf[] = [];
    for (let child = 0; child < element.children; child++) {
      // One by one: there may be more columns than a function can take arguments.
      for (const leaf of leavesOf(here)) leaves.push(leaf);
    }
    return leaves;
  };
  const fields: Leaf[][] = [];
  for (let field = 0, { children } = take(); field < children; field++) fields.push(leavesOf([]));
  if (next < schema.length) throw new Error('its schema continues after its columns');
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

/** @throws Error when the chunks of a row group do not match the columns */
function checkChunks({ groups }: Footer, leaves: number, columns: readonly Column[]): void {
  for (const { rows, chunks } of groups) {
    if (chunks.length !== leaves)
      throw new Error(`a row group has ${chunks.length} columns, but the schema has ${leaves}`);
    for (const column of columns.filter(isNumbers)) {
      const chunk = chunks[column.chunk];
      if (chunk?.type !== column.physicalType)
        throw new Error(`column "${column.name}" has one type in the schema and another in a row group`);
      if (column.lists > 0 || chunk.values === rows) continue;
      throw new Error(`column "${column.name}" has ${chunk.values} values in ${rows} rows`);
    }
  }
}

/** The columns in the order of the file. @throws AuditError FA102 when schema and row groups do not match */
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
