import { type Baseline, type BaselineLayer, atSamples, byName, layerIn, maybeRounded } from '../../results/baseline.js';
import { MAX_FACTOR } from './change-limits.js';

function isBetter(before: BaselineLayer, after: BaselineLayer): boolean {
  if (before.relativeError === null || after.relativeError === null) return false;
  const ratio = after.fisherMean / before.fisherMean;
  const steady = ratio <= MAX_FACTOR && ratio >= 1 / MAX_FACTOR;
  return steady && after.relativeError < before.relativeError;
}

/**
 * A baseline that only ever gets better: a layer's figures are taken where its error is lower and its information has
 * not moved, since a layer that dies has little noise, too; else those from before are kept, also of skipped layers.
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
