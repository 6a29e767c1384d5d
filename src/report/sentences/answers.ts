import { estimators } from '../../estimators/index.js';
import type { AnswerFinding, CostFinding, DecisionFinding, Favourite, TheoryInLayer } from '../../findings/answers.js';
import type { Answer, Report } from '../../results/report.js';
import { duration, forCount, listed, percent, plural, short, shortsApart } from '../../text/format-numbers.js';
import type { Item } from '../document.js';
import { drawsInWords } from './needed-draws.js';

/** Layers that a sentence names. */
const SHOWN_LAYERS = 4;

/** An answer with its sentences. */
export const wordedAnswer = (finding: AnswerFinding): Answer => ({
  question: finding.question,
  answer: finding.answer,
  text: answerText(finding),
});

function answerText(finding: AnswerFinding): string {
  switch (finding.question) {
    case 'theory':
      return finding.layers.map(theorySentence).join(' ');
    case 'cost':
      return costText(finding);
    case 'decision':
      return decisionText(finding);
  }
}

function theorySentence({ layer, favourite, agrees }: TheoryInLayer): string {
  if (favourite === null) return `In ${layer}, theory favours neither estimator.`;
  return `In ${layer}, ${favouriteInWords(favourite)}; ${agreement(favourite, agrees)}.`;
}

function favouriteInWords(favourite: Favourite): string {
  switch (favourite.why) {
    case 'linear':
      return 'theory favours Î₂ (its variance is zero: before a final softmax or sigmoid, the outputs are linear in the parameters)';
    case 'kinked':
      return 'theory favours Î₁ (Î₂ does not apply, because there are kinks after the layer)';
    case 'bounds': {
      const { estimator, gradient, hessian } = favourite;
      const [low, high] = shortsApart(Math.min(gradient, hessian), Math.max(gradient, hessian));
      const other = estimator === 'gradient' ? 'hessian' : 'gradient';
      const symbols = { own: estimators[estimator].symbol, other: estimators[other].symbol };
      return `theory favours ${symbols.own} (the upper bound of Soen and Sun (2024) on its variance is ${low}, and ${high} for ${symbols.other})`;
    }
  }
}

function agreement({ why }: Favourite, agrees: boolean | null): string {
  if (why === 'kinked') {
    if (agrees === null) return 'the layer has no information';
    return agrees ? 'the recommendation agrees' : 'the recommendation disagrees';
  }
  if (agrees === null) return 'the computed variances do not decide';
  return agrees ? 'the computed variances agree' : 'the computed variances disagree';
}

function costText({ flopsPerDraw, sharedFlops, draws, samplingFails, inputs, target }: CostFinding): string {
  const each = `In this audit, one label draw for one input takes at most ${short(flopsPerDraw)} floating-point operations, because the derivatives are known.`;
  const goal = `relative error of ${percent(target)} in every layer`;
  if (draws === null) return `${each} No number of draws is known to reach a ${goal}.`;
  const needed = `${each} A ${goal} takes ${drawsInWords(draws)} per input`;
  if (samplingFails) return `${needed}, which is too many for an estimate by sampling.`;
  const gigaflops = (flops: number): string => `${short((flops * inputs) / 1e9)} GFLOP`;
  return `${needed}: ${gigaflops(draws * flopsPerDraw)} for ${plural(inputs, 'input')}. The outputs and their derivatives take another ${gigaflops(sharedFlops)}, whatever the number of draws.`;
}

function decisionText(finding: DecisionFinding): string {
  const target = `a relative error of ${percent(finding.target)}`;
  switch (finding.answer) {
    case 'go':
      return `Go at this checkpoint: with the recommended estimators, ${plural(finding.draws, 'draw')} per input ${forCount(finding.draws, 'reaches', 'reach')} ${target} in every layer, for these inputs. Input noise is not included.`;
    case 'no-go': {
      const { layers } = finding;
      return `No-go at this checkpoint: ${listed(layers, SHOWN_LAYERS)} ${forCount(layers.length, 'needs', 'need')} ${drawsInWords(Infinity)} per input for ${target}. Use the exact diagonal there instead (fisher-audit export).`;
    }
    case 'unknown':
      return undecided(finding).join(' ');
  }
}

function undecided({
  withoutInformation: dead,
  undersampled,
  othersGo,
}: Extract<DecisionFinding, { answer: 'unknown' }>): string[] {
  return [
    ...(dead.length > 0
      ? [
          `Undecided: ${listed(dead, SHOWN_LAYERS)} ${forCount(dead.length, 'has', 'have')} no information, so there is nothing to estimate.`,
        ]
      : []),
    ...(undersampled.length > 0
      ? [
          `Undecided: too few parameters (--parameters) or labels (--samples) were sampled in ${listed(undersampled, SHOWN_LAYERS)}.`,
        ]
      : []),
    ...(othersGo ? ['Go in the other layers.'] : []),
  ];
}

const titles = { theory: 'Last two layers', cost: 'Cost of the labels', decision: 'Go or no-go' } as const;

/** The questions with their answers. Measured times are added here, because the answers contain only what is reproducible. */
export const answerItems = (report: Report): Item[] =>
  report.answers.map(({ question, text }) => ({
    name: titles[question],
    text: question === 'cost' ? [text, ...measuredTime(report)].join(' ') : text,
  }));

/** Empty where the report is of an earlier version, which did not sum the times. */
function measuredTime({ summary, data }: Report): string[] {
  const { secondsPerDraw: each, drawsForTarget: draws, samplingFailsIn } = summary;
  if (each === null) return [];
  const rate = `Measured time: ${duration(each)} per draw and input.`;
  if (draws === null || samplingFailsIn.length > 0) return [rate];
  const all = duration(each * draws * data.inputs);
  return [`${rate} For ${plural(draws, 'draw')} at ${plural(data.inputs, 'input')}, this makes ${all} in total.`];
}
