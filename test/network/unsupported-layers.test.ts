import { describe, expect, it } from 'vitest';
import { type ListedLayer, refuseUnsupported } from '../../src/network/network.js';

const layers = (count: number, type: string, supported = false): ListedLayer[] =>
  Array.from({ length: count }, (_, k) => ({ path: `${type.toLowerCase()}_${k}`, type, supported }));

describe('layers that are not supported', () => {
  it('are named where there are few', () => {
    const own = [...layers(2, 'Attention'), ...layers(30, 'Dense', true)];
    expect(() => refuseUnsupported({ layers: own })).toThrow(
      'FA201 2 layers cannot be audited: attention_0 (Attention), attention_1 (Attention) · ',
    );
  });

  it('are counted by type where there are many', () => {
    const own = [...layers(18, 'LayerScale'), ...layers(30, 'Dense', true), ...layers(18, 'Add')];
    expect(() => refuseUnsupported({ layers: own })).toThrow(
      'FA201 36 layers cannot be audited: LayerScale ×18 and Add ×18 · ',
    );
  });
});
