import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { float32Kernels } from '../../support/backends.js';
import { savedModel } from '../../support/models/models.js';
import { refused } from '../../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

const largeImage = [400, 400, 1];

it.each([
  ['average pooling', layers.averagePooling2d({ poolSize: 100, strides: 1, padding: 'same', inputShape: largeImage })],
  ['max pooling', layers.maxPooling2d({ poolSize: 100, strides: 1, padding: 'same', inputShape: largeImage })],
  ['a convolution', layers.conv2d({ filters: 1, kernelSize: 100, padding: 'same', inputShape: largeImage })],
  ['one transposed', layers.conv2dTranspose({ filters: 1, kernelSize: 8, strides: 8, inputShape: largeImage })],
  ['padding', layers.zeroPadding2d({ padding: 5000, inputShape: largeImage })],
  [
    'steps of images',
    layers.convLstm2d({ filters: 1, kernelSize: 3, padding: 'same', inputShape: [100, ...largeImage] }),
  ],
] as [string, layers.Layer][])('too many windows are refused before they are listed: %s', async (_, layer) => {
  const saved = await savedModel(sequential({ layers: [layer] }));
  const before = performance.now();
  expect(await refused('FA206', saved)).toMatch(
    /\d+ windows of \[[\d,]+\] are too many.* · use a model with smaller inputs/,
  );
  expect(performance.now() - before).toBeLessThan(5000);
});
