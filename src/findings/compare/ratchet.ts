import { type Baseline, type BaselineLayer, atSamples, byName, layerIn, maybeRounded } from '../../results/baseline.js';
import { MAX_FACTOR } from './tolerances.js';

/**
 * The baseline after one turn of the ratchet: it only ever gets better. A layer's figures are taken from `head` where its
 * error is lower and its information has not moved, because a dying layer has little noise, too. Otherwise the figures of
 * `base` are kept, also those of layers that `head` skipped.
 */
export function ratcheted(base: Baseline, head: Baseline): Baseline {
  const before = (name: string): BaselineLayer | null => {
    const known = layerIn(base, name);
    if (known?.relativeError == null) return null;
    const { relativeError, ...others } = atSamples(known, base.samples, head.samples);
    return { ...others, relativeError: maybeRounded(relativeError) };
  };
  const kept = Object.keys(base.layers).filter((name) => {
    const [own, known] = [layerIn(head, name), before(name)];
    if (own === undefined) return head.skipped.includes(name);
    return known !== null && !isBetter(known, own);
  });
  const old = kept.flatMap((name): [string, BaselineLayer][] => {
    const known = before(name) ?? layerIn(base, name);
    return known ? [[name, known]] : [];
  });
  const mixed = old.length > 0 && base.model.sha256 !== head.model.sha256;
  return {
    ...head,
    model: mixed ? { ...head.model, sha256: null } : head.model,
    skipped: head.skipped.filter((name) => !kept.includes(name)),
    layers: byName([...Object.entries(head.layers), ...old]),
  };
}

/** Whether the error fell while the information stayed within the default factor of a comparison. */
function isBetter(before: BaselineLayer, after: BaselineLayer): boolean {
  if (before.relativeError === null || after.relativeError === null) return false;
  const ratio = after.fisherMean / before.fisherMean;
  const steady = ratio <= MAX_FACTOR && ratio >= 1 / MAX_FACTOR;
  return steady && after.relativeError < before.relativeError;
}
