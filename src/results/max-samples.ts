import type { Report } from './report.js';

/** The largest number of label draws of a run. Errors and verdicts refer to it where no other number is named. */
export const maxSamples = ({ samples }: Pick<Report['run'], 'samples'>): number => samples.at(-1) ?? 1;
