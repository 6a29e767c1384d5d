import type { Report } from '../../results/report.js';
import type { UncoveredLayer } from '../../results/verdict.js';
import { forCount, listed, plural, short } from '../../text/format-numbers.js';

/** Layers that a sentence names. */
const SHOWN_LAYERS = 4;

const namesOf = (layers: readonly { readonly name: string }[]): string =>
  listed(
    layers.map(({ name }) => name),
    SHOWN_LAYERS,
  );

/** What kinks mean for Î₂, in networks that have some; null in others. */
export function kinkNote({ layers, run }: Report): string | null {
  const kinked = layers.filter(({ estimators }) => estimators.hessian.applicability === 'kinked');
  if (kinked.length === 0) return null;
  const kinks = listed([...new Set(kinked.flatMap(({ estimators }) => estimators.hessian.kinks))], 6);
  const use = {
    strict: 'Î₂ therefore does not apply, unless you choose --kinks almost-everywhere.',
    'almost-everywhere': 'Î₂ is used nevertheless, because of --kinks almost-everywhere.',
  };
  return (
    `Operations after ${namesOf(kinked)} have kinks: ${kinks}. (1) They are not twice continuously differentiable, so the condition ` +
    `under which Î₂ is derived does not hold. ${use[run.kinks]} (2) Second derivatives still exist almost everywhere. Where the outputs ` +
    'are piecewise linear in each weight, they are zero, so automatic differentiation returns the exact diagonal for Î₂, without ' +
    'label noise.'
  );
}

/** Which figures are estimates because the outputs are too many for exact ones; null where all are exact. */
export function estimateNote({ layers, run, likelihood }: Report): string | null {
  const estimated = layers.filter(({ estimators }) => !estimators.gradient.exact);
  if (estimated.length === 0 || run.scoredDraws === null) return null;
  return (
    `Estimates: ${plural(likelihood.outputs, 'output')} are too many to compute the derivatives of all of them. The information and the ` +
    `variance of Î₁ in ${namesOf(estimated)} are unbiased estimates from ${plural(run.scoredDraws, 'label draw')} per input. ` +
    'Bounds and measured errors are not available there.'
  );
}

/** How far the empirical Fisher of the data set's own labels is from the Fisher information; null without --labels. */
export function contrastNote({ layers }: Report): string | null {
  const ratios = layers.flatMap(({ name, empirical, fisher }) => {
    if (empirical === null || fisher.trace === 0) return [];
    const cosine = empirical.cosine === null ? '' : ` (${empirical.cosine.toFixed(2)})`;
    return [`${short(empirical.trace / fisher.trace)} in ${name}${cosine}`];
  });
  if (ratios.length === 0) return null;
  return (
    "Contrast: the empirical Fisher of the data's own labels is another quantity, not an estimate of the Fisher information (Kunstner, " +
    'Hennig and Balles 2019). Ratio of its trace to that of the Fisher information, and in brackets the cosine of the angle between ' +
    `the two diagonals: ${listed(ratios, 8)}.`
  );
}

/** Why an audit without a failed check is incomplete, and how to complete it; null where it is not incomplete. */
export function incompleteNote({ likelihood, verdict }: Pick<Report, 'likelihood' | 'verdict'>): string | null {
  if (verdict.outcome !== 'incomplete') return null;
  const reason = (kind: UncoveredLayer['reason'], sentence: (layers: string, count: number) => string): string[] => {
    const layers = verdict.uncovered.filter((one) => one.reason === kind).map(({ layer }) => layer);
    return layers.length > 0 ? [sentence(listed(layers, SHOWN_LAYERS), layers.length)] : [];
  };
  const reasons = [
    ...reason(
      'subset',
      (layers) =>
        `only a random subset of the parameters of ${layers} was audited (--parameters all audits every parameter)`,
    ),
    ...reason(
      'label-draws',
      (layers) =>
        `the figures of ${layers} are estimates from label draws (--samples ${likelihood.outputs} or more makes them exact)`,
    ),
    ...reason(
      'skipped',
      (layers, count) =>
        `${layers} ${forCount(count, 'was', 'were')} skipped (remove --skip-layer to audit ${forCount(count, 'it', 'them')})`,
    ),
  ];
  return reasons.length === 0 ? null : `Incomplete: ${reasons.join('; ')}.`;
}

const reasonsLeftOut = {
  skipped: 'skipped by --skip-layer',
  'not-trainable': 'not trainable',
  'not-connected': 'the outputs do not depend on it',
} as const;

/** Layers that were not audited, one line each. */
export const notAuditedLines = ({ notAudited }: Pick<Report, 'notAudited'>): string[] =>
  notAudited.map(
    ({ name, type, parameters, reason }) =>
      `not audited: ${name} (${type}, ${plural(parameters, 'parameter')}): ${reasonsLeftOut[reason]}`,
  );

/** Why an inspection has no forecast of the cost. */
export type InspectionNote = 'unsupported-layers' | 'unknown-input-sizes' | 'nothing-to-audit';

export const inspectionNotes: Readonly<Record<InspectionNote, string>> = {
  'unsupported-layers': 'This model cannot be audited: fisher-audit does not support the layers marked "no" yet.',
  'unknown-input-sizes': 'The model does not fix its input sizes. Only an audit with data can say more.',
  'nothing-to-audit': 'There is nothing to audit: the model has no trainable weights, or all are skipped.',
};

/** Columns for which the terminal is too narrow. */
export const hiddenColumnsNote = (titles: readonly string[]): string =>
  `Columns not shown: ${listed(titles, titles.length)} (use a wider terminal or --json).`;
