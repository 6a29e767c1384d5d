import { grouped, listed, percent, plural, short } from '../text/format-numbers.js';
import { drawsForAll, secondsForDraws } from '../findings/answers.js';
import { labelDrawsFor } from '../engine/plan/derivation.js';
import type { LayerReport, Report } from '../results/report.js';
import type { Item } from './document.js';

const list = (names: readonly string[], most = 4): string => listed(names, most);

/** "64 of 1 024 inputs": the noun is that of the last number. */
function inputsOf({ inputs, available, synthetic }: Report['data']): string {
  const first = available === null && !synthetic ? 'first ' : '';
  const noun = synthetic ? 'synthetic input' : 'input';
  const part = available !== null && available !== inputs;
  return part ? `${grouped(inputs)} of ${plural(available, noun)}` : first + plural(inputs, noun);
}

/** What was audited, in one line. */
export function headline({ model, data, likelihood, run }: Report): string {
  const family =
    likelihood.noise === null ? likelihood.family : `${likelihood.family} (σ = ${short(likelihood.noise)})`;
  const draws = `${run.samples.map(grouped).join(', ')} ${run.samples.at(-1) === 1 ? 'draw' : 'draws'}`;
  return `${model.path} · ${family} · ${inputsOf(data)} · ${draws} · seed ${run.seed} · ${run.backend}`;
}

const ofKind = (layers: readonly LayerReport[], estimator: string): string[] =>
  layers.filter(({ recommendation }) => recommendation.estimator === estimator).map(({ name }) => name);

function sentence(names: readonly string[], all: number, use: string): string[] {
  if (names.length === 0) return [];
  return [names.length === all ? `${use} in every layer` : `${use} in ${list(names)}`];
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What to do with the figures. */
export function nextSteps({ layers, run, data, likelihood }: Report): string {
  const informative = layers.filter(({ recommendation }) => recommendation.reason !== 'no-information');
  const dead = layers.filter((layer) => !informative.includes(layer)).map(({ name }) => name);
  const choices = [
    ...sentence(ofKind(informative, 'gradient'), layers.length, 'use Î₁ (gradient)'),
    ...sentence(ofKind(informative, 'hessian'), layers.length, 'use Î₂ (hessian)'),
    ...sentence(ofKind(informative, 'either'), layers.length, 'either will do'),
    ...(dead.length > 0 ? [`look into ${list(dead)}, where there is no information`] : []),
  ].join(', ');
  const draws = drawsForAll(layers);
  const reach =
    draws === null
      ? ''
      : `; ${plural(draws, 'label draw')} per input ${draws === 1 ? 'brings' : 'bring'} the error that label draws leave to ${percent(run.target)} in every ${dead.length > 0 ? 'other ' : ''}layer`;
  const noise =
    likelihood.noise === null
      ? ''
      : ` All of this is for labels with standard deviation ${short(likelihood.noise)} (--noise).`;
  return `${capitalised(choices)}${reach}.${inputsRemark(informative, data.inputs)}${noise}`;
}

/** Where the choice of inputs matters more than the draws, more draws help little. */
function inputsRemark(layers: readonly LayerReport[], inputs: number): string {
  const dominated = layers.flatMap(({ estimators: { gradient } }) => {
    const last = gradient.runs.at(-1);
    if (last?.relativeError == null || last.relativeErrorTotal == null) return [];
    const fromInputs = Math.sqrt(last.relativeErrorTotal ** 2 - last.relativeError ** 2);
    return fromInputs > last.relativeError ? [fromInputs] : [];
  });
  if (dominated.length === 0) return '';
  const most = percent(Math.max(...dominated));
  return ` Taken as a sample of a population, the ${grouped(inputs)} inputs alone leave an error of up to ${most}: more inputs help more than more draws.`;
}

/** Layers to which Î₂ does not apply, in one sentence. */
export function notApplicableTogether(layers: readonly LayerReport[], target: number): Item {
  const draws = layers.map(({ estimators }) => estimators.gradient.samplesForTarget);
  const known = draws.filter((count) => count !== null);
  const range = `${grouped(Math.min(...known))} to ${plural(Math.max(...known), 'draw')} for ${percent(target)}`;
  const name = listed(
    layers.map((layer) => layer.name),
    3,
  );
  const text = `Î₂ does not apply, there are kinks on the way to the outputs (Î₁: ${known.length === 0 ? 'no draws reach the target' : range})${sampledTogether(layers)}`;
  return { name, text };
}

const titles = { theory: 'Last two layers', cost: 'Cost of the labels', decision: 'Go or no-go' } as const;

/** The questions to settle before an estimate is relied on, with their answers. */
export const questions = ({ answers, layers, data }: Report): Item[] =>
  answers.map(({ question, text }) => ({
    name: titles[question],
    text: question === 'cost' ? `${text} ${timesInWords(secondsForDraws(layers, data.inputs))}` : text,
  }));

const timesInWords = ({ each, all }: ReturnType<typeof secondsForDraws>): string =>
  `Measured: ${short(each)} s for a draw${all === null ? '' : `, ${short(all)} s in all`}.`;

/** Both facts about networks with kinks, where there are any. */
export function kinkFacts({ layers, run }: Report): string | null {
  const kinked = layers.filter(({ estimators }) => estimators.hessian.applicability === 'kinked');
  if (kinked.length === 0) return null;
  const kinks = list([...new Set(kinked.flatMap(({ estimators }) => estimators.hessian.kinks))], 6);
  const shown = run.kinks === 'strict' ? ' (--kinks almost-everywhere shows it)' : '';
  return (
    `Kinks behind ${list(kinked.map(({ name }) => name))}: ${kinks}. (1) They are not twice continuously differentiable, so the condition ` +
    'under which Î₂ is derived fails, and Î₂ does not apply there. (2) Second derivatives still exist almost everywhere; where the way to the outputs is ' +
    'piecewise linear in each weight they are zero, so that what automatic differentiation returns for Î₂ is the exact diagonal, ' +
    `without label noise${shown}.`
  );
}

/** Which figures are estimates, where the outputs are too many for exact ones; null where all are exact. */
export function estimatedFacts({ layers, run, likelihood }: Report): string | null {
  const estimated = layers.filter(({ estimators }) => !estimators.gradient.exact);
  if (estimated.length === 0) return null;
  return (
    `Estimated: with ${grouped(likelihood.outputs)} outputs the derivatives of all of them are too many, so the information and the variance ` +
    `of Î₁ in ${list(estimated.map(({ name }) => name))} are unbiased estimates from ${grouped(labelDrawsFor(run.samples))} label draws per input; ` +
    'bounds and measured errors are left out there.'
  );
}

/** How far the empirical Fisher of the data set's own labels is from the Fisher information; null without --labels. */
export function contrastFacts({ layers }: Report): string | null {
  const ratios = layers.flatMap(({ name, empirical, fisher }) => {
    if (empirical === null || fisher.trace === 0) return [];
    const cosine = empirical.cosine === null ? '' : ` (${empirical.cosine.toFixed(2)})`;
    return [`${short(empirical.trace / fisher.trace)} in ${name}${cosine}`];
  });
  if (ratios.length === 0) return null;
  return (
    "Contrast: the empirical Fisher of the data's own labels is another quantity, not an estimate of this one (Kunstner, " +
    'Hennig and Balles 2019). Its trace over that of the Fisher information, and the cosine between the two diagonals: ' +
    `${listed(ratios, 8)}.`
  );
}

/** Layers whose parameters were left out, in words; empty if there are none. */
export function notAuditedLines({ notAudited }: Pick<Report, 'notAudited'>): string[] {
  const why = {
    skipped: '--skip-layer',
    'not-trainable': 'not trainable',
    'not-connected': 'the outputs do not depend on them',
  };
  return notAudited.map(
    ({ name, type, parameters, reason }) =>
      `not audited: ${name} (${type}), ${plural(parameters, 'parameter')}: ${why[reason]}`,
  );
}

/** What it means for a layer's figures that only some of its parameters were audited. */
export function sampledRemark({
  parameters,
  samplingError,
}: Pick<LayerReport, 'parameters' | 'samplingError'>): string {
  if (samplingError === 0) return '';
  const margin = samplingError === null ? 'too few to tell how far off' : `± ${percent(samplingError)}`;
  if (parameters.audited === parameters.total) return ` [estimated from label draws: ${margin}]`;
  return ` [from ${grouped(parameters.audited)} of ${plural(parameters.total, 'parameter')}: ${margin}]`;
}

/** As `sampledRemark`, for layers in one paragraph: the widest of their margins. */
function sampledTogether(layers: readonly LayerReport[]): string {
  const sampled = layers.filter(({ samplingError }) => samplingError !== 0);
  if (sampled.length === 0) return '';
  const total = (which: 'audited' | 'total'): number =>
    sampled.reduce((sum, { parameters }) => sum + parameters[which], 0);
  const known = sampled.flatMap(({ samplingError }) => samplingError ?? []);
  const samplingError = known.length < sampled.length ? null : Math.max(...known);
  const remark = sampledRemark({ parameters: { audited: total('audited'), total: total('total') }, samplingError });
  return sampled.length === layers.length ? remark : remark.replace('[', `[${sampled.length} of them `);
}

/** Why a run without a check is incomplete, and what would make it complete; null where it is not. */
export function incompleteFacts({ layers, notAudited, likelihood, verdict }: Report): string | null {
  if (verdict.outcome !== 'incomplete') return null;
  const isSubset = ({ parameters }: LayerReport): boolean => parameters.audited < parameters.total;
  const names = (those: readonly { readonly name: string }[]): string => list(those.map(({ name }) => name));
  const subsets = layers.filter(isSubset);
  const drawn = layers.filter((layer) => layer.samplingError !== 0 && !isSubset(layer));
  const skipped = notAudited.filter(({ reason }) => reason === 'skipped');
  const reasons = [
    ...(subsets.length > 0
      ? [`a random subset of the parameters of ${names(subsets)} was audited (--parameters all takes all of them)`]
      : []),
    ...(drawn.length > 0
      ? [
          `figures of ${names(drawn)} are estimated from label draws (exact with --samples ${likelihood.outputs} or more)`,
        ]
      : []),
    ...(skipped.length > 0 ? [`${names(skipped)} left out (audited without --skip-layer)`] : []),
  ];
  return `incomplete: ${reasons.join('; ')}`;
}

/** Which columns a narrow terminal has no room for. */
export const leftOutRemark = (titles: readonly string[]): string =>
  `columns left out: ${titles.join(', ')} (a wider terminal or --json has them)`;

/** The last line. */
export function verdictLine({ layers, data, run, verdict }: Report): string {
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters.audited, 0);
  const all = layers.reduce((sum, layer) => sum + layer.parameters.total, 0);
  const audited =
    parameters === all ? plural(parameters, 'parameter') : `${grouped(parameters)} of ${plural(all, 'parameter')}`;
  const draws = run.samples.map(grouped).join(', ');
  const facts = `${plural(layers.length, 'layer')} audited, ${audited}, ${plural(data.inputs, 'input')}, ${draws} ${draws === '1' ? 'draw' : 'draws'}, seed ${run.seed}`;
  return `${facts}: ${verdict.outcome}`;
}
