import type { InferredLikelihood } from '../../likelihoods/infer.js';
import { maxSamples } from '../../results/max-samples.js';
import type { Report } from '../../results/report.js';
import { NO_BREAK, forCount, grouped, listed, plural } from '../../text/format-numbers.js';

/** "64 of 1 024 inputs": the noun goes with the last number. */
function inputsOf({ inputs, available, synthetic }: Report['data']): string {
  const noun = synthetic ? 'synthetic input' : 'input';
  if (available !== null && available !== inputs) return `${grouped(inputs)} of ${plural(available, noun)}`;
  // Where the data set was not read to its end, its size is unknown.
  return available === null && !synthetic ? `first ${plural(inputs, noun)}` : plural(inputs, noun);
}

/** "8 and 64 draws". */
const drawsOf = ({ samples }: Report['run']): string =>
  `${listed(samples.map(grouped), samples.length)} ${forCount(maxSamples({ samples }), 'draw', 'draws')}`;

/** What was audited and how, in one line. */
export function auditHeadline({ model, data, likelihood, run }: Report): string {
  const family = likelihood.noise === null ? likelihood.family : `${likelihood.family} (σ = ${likelihood.noise})`;
  return `${model.path} · ${family} · ${inputsOf(data)} · ${drawsOf(run)} · seed${NO_BREAK}${run.seed} · ${run.backend} backend`;
}

/** The last line: what was covered, and the outcome. */
export function auditLine({ layers, data, run, verdict }: Report): string {
  const total = (which: 'audited' | 'total'): number =>
    layers.reduce((sum, { parameters }) => sum + parameters[which], 0);
  const [audited, all] = [total('audited'), total('total')];
  const parameters =
    audited === all ? plural(audited, 'parameter') : `${grouped(audited)} of ${plural(all, 'parameter')}`;
  const facts = [
    `${plural(layers.length, 'layer')} audited`,
    parameters,
    plural(data.inputs, 'input'),
    drawsOf(run),
    `seed ${run.seed}`,
  ];
  return `${facts.join(', ')}: ${verdict.outcome}`;
}

/** From what the likelihood follows: the end of the network, or the option. */
export function likelihoodSource({ family, asked, head }: InferredLikelihood): string {
  const end = head ? `${head.activation} activation of layer ${head.layer}` : 'linear output';
  return asked ? `--likelihood ${family} (the network ends in a ${end})` : end;
}
