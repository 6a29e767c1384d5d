import { AuditError } from '../errors.js';

/** Poisson rates beyond e^350 or so, or gaussians of almost no width. */
export const varianceTooLarge = (input: number): AuditError =>
  new AuditError('FA207', {
    what: `the variance of the labels for input ${input} is too large a number to compute with`,
    fix: 'look at the scale of the data (--scale, --offset), at --likelihood and at --noise',
  });

/** Of one input. */
export const outputsNotFinite = (input: number): AuditError =>
  new AuditError('FA207', {
    what: `the network's outputs for input ${input} are not finite numbers`,
    fix: 'look at the scale of the data (--scale, --offset), or use --precision float64',
  });
