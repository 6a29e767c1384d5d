import { addAudit } from './audit.js';
import type { AddCommand } from './command.js';
import { addCompare } from './compare.js';
import { addExport } from './export.js';
import { addCompletion } from './completion.js';
import { addHelp } from './help.js';
import { addInspect } from './inspect.js';
import { addReport } from './report.js';
import { addSchema } from './schema.js';
import { addTrack } from './track.js';

/** Every command, in the order of the help. */
export const commands = {
  audit: addAudit,
  inspect: addInspect,
  compare: addCompare,
  track: addTrack,
  export: addExport,
  report: addReport,
  schema: addSchema,
  completion: addCompletion,
  help: addHelp,
} as const satisfies Record<string, AddCommand>;
