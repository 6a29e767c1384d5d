/** The parts of the process that the command line uses. */
export interface Io {
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Columns where there is no terminal. */
export const DEFAULT_WIDTH = 80;
const NARROWEST = 40;

/** Columns to fit into: the terminal's, or COLUMNS, or 80 where the output goes elsewhere. */
export function widthOf({ stdout, env }: Io): number {
  // A terminal that does not know its width says 0.
  const columns = (stdout.isTTY && stdout.columns) || Number(env['COLUMNS']);
  return columns > 0 ? Math.max(NARROWEST, Math.floor(columns)) : DEFAULT_WIDTH;
}

/** Colours on a terminal, unless NO_COLOR or --no-color say otherwise; FORCE_COLOR has them everywhere. */
export function wantsColour({ stdout, env }: Io, option: boolean): boolean {
  if (!option || env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return Boolean(stdout.isTTY) && env['TERM'] !== 'dumb';
}
