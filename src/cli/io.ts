/** The parts of the process that the command line uses. Tests pass others. */
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

/** The width of the output in columns: that of the terminal, or COLUMNS, or 80. */
export function widthOf({ stdout, env }: Io): number {
  // A terminal that does not know its width reports 0.
  const columns = (stdout.isTTY && stdout.columns) || Number(env['COLUMNS']);
  return columns > 0 ? Math.max(NARROWEST, Math.floor(columns)) : DEFAULT_WIDTH;
}

/** Whether to use colours: on a terminal, unless NO_COLOR or --no-color is set; FORCE_COLOR forces them everywhere. */
export function wantsColour({ stdout, env }: Io, option: boolean): boolean {
  if (!option || env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return Boolean(stdout.isTTY) && env['TERM'] !== 'dumb';
}
