import type { Shape } from '../../kernels/kernels.js';
import type { Family } from '../../likelihoods/families.js';
import { type InferredLikelihood, inferLikelihood } from '../../likelihoods/infer.js';
import { likelihoods } from '../../likelihoods/index.js';
import { haveFixedSizes } from '../../network/inputs.js';
import type { LoweredLayer, LoweredNetwork, Network } from '../../network/network.js';
import type { Builder } from '../../program/build.js';
import type { Program, ValueId } from '../../program/program.js';

/** A network as a program up to its natural parameters h, with the label distribution that h parametrises. */
export interface AuditableNetwork extends Pick<LoweredNetwork, 'vocabularies'> {
  readonly layers: readonly LoweredLayer[];
  readonly program: Program;
  readonly likelihood: InferredLikelihood;
  /** Shape of one example of h. */
  readonly outputs: Shape;
  /** Independent labels of one input. */
  readonly blocks: number;
}

/** Lowers a network whose file fixes the sizes of its inputs; null where only data fixes them. @throws as `lowerFor` */
export const lowerNetwork = (network: Network, family: Family | 'auto'): AuditableNetwork | null =>
  haveFixedSizes(network.inputs)
    ? lowerFor(
        network,
        network.inputs.map(({ shape }) => shape),
        family,
      )
    : null;

/** Lowers a network for inputs of these shapes (of one example). @throws AuditError FA201 to FA206, FA301 */
export function lowerFor(network: Network, inputShapes: readonly Shape[], family: Family | 'auto'): AuditableNetwork {
  const { build, head, output, mask, layers, vocabularies } = network.lower(inputShapes);
  const likelihood = inferLikelihood(head, family);
  const h = likelihood.peeled ? (head?.argument ?? output) : output;
  const program = build.finish(mask === null ? h : withoutMasked(build, h, mask));
  const outputs = build.shape(program.output);
  return { layers, vocabularies, program, likelihood, outputs, blocks: likelihoods[likelihood.family].blocks(outputs) };
}

/** As in the losses of Keras, labels at masked steps do not count: h is made constant there. */
function withoutMasked(build: Builder, h: ValueId, mask: ValueId): ValueId {
  const steps = build.shape(mask);
  const perStep = build.shape(h).map((_, axis) => steps[axis] ?? 1);
  return build.multiply(h, build.reshape(mask, perStep));
}
