import { AuditError } from '../errors.js';
import type { Head } from '../program/build.js';
import { type Family, families } from './families.js';
import { likelihoods } from './index.js';
import type { Likelihood } from './likelihood.js';

export interface InferredLikelihood {
  readonly family: Family;
  /** Whether --likelihood names the family; if not, the end of the network implies it. */
  readonly asked: boolean;
  /** The activation that ends the network; null for linear outputs. */
  readonly head: Pick<Head, 'activation' | 'layer'> | null;
  /** Whether the last activation belongs to the likelihood: h is its argument. */
  readonly peeled: boolean;
}

const lookUp = (family: Family): Likelihood => likelihoods[family];

function fromHead(head: Head | null): Family {
  if (head === null) return 'gaussian';
  const implied = (family: Family): boolean => family !== 'poisson' && lookUp(family).heads.includes(head.activation);
  const found = head.argument === null ? undefined : families.find(implied);
  if (found) return found;
  const after = head.argument === null && families.some((family) => lookUp(family).heads.includes(head.activation));
  throw new AuditError('FA301', {
    what: `the network ends in ${head.activation} (layer ${head.layer})${after ? ' with something after it' : ''}, which implies no label distribution`,
    fix: 'name the distribution: --likelihood gaussian (the outputs are means), poisson, categorical or bernoulli',
  });
}

/**
 * The family of labels that is asked for, or the one that the end of the network implies.
 * @throws AuditError FA301 when the network implies none, or cannot end like this with the family asked for
 */
export function inferLikelihood(head: Head | null, asked: Family | 'auto'): InferredLikelihood {
  const family = asked === 'auto' ? fromHead(head) : asked;
  const { heads, acceptsAnyHead } = lookUp(family);
  const peeled = head !== null && head.argument !== null && heads.includes(head.activation);
  if (head !== null && !peeled && !acceptsAnyHead) {
    throw new AuditError('FA301', {
      what: `--likelihood ${family} does not go with a network that ends in ${head.activation} (layer ${head.layer})`,
      fix: `use another --likelihood (gaussian goes with any network), or a network that ends in ${[...heads, 'no activation'].join(' or ')}`,
    });
  }
  return { family, asked: asked !== 'auto', head, peeled };
}
