import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kerasFile, membersOf, stored } from './archives.mjs';

/** tfjs networks of every kind of layer with its own code, as small as they are. */
const NETWORKS = [
  'mlp-softplus-gaussian',
  'conv-tanh-avgpool',
  'embedding-simple-rnn-sequences',
  'layernorm-gelu',
  'prelu-shared',
  'separable-conv2d',
  'time-distributed-dense',
];
const H5 = ['keras2-alike', 'keras3-bfloat16'];

/** Files of models: each is audited with inputs of the tool's own. */
export async function modelSamples(folder, audited) {
  const alone = (name, bytes) => {
    const own = join(folder, name);
    mkdirSync(own);
    const model = join(own, `model.${name.split('.').at(-1)}`);
    return { name, bytes, file: model, read: () => audited({ model }) };
  };
  const part = (network, file) => {
    const own = join(folder, `${network}-${file}`);
    mkdirSync(own);
    for (const name of ['model.json', 'weights.bin'])
      writeFileSync(join(own, name), stored(`fixtures/oracle/${network}/${name}`));
    const model = join(own, 'model.json');
    return {
      name: `${network}: ${file}`,
      bytes: stored(`fixtures/oracle/${network}/${file}`),
      file: join(own, file),
      json: file.endsWith('.json'),
      read: () => audited({ model }),
    };
  };
  const keras = alone('keras3-float16.keras', kerasFile('keras3-float16', 'keras'));
  return [
    ...NETWORKS.map((network) => part(network, 'model.json')),
    part('conv-tanh-avgpool', 'weights.bin'),
    ...H5.map((name) => alone(`${name}.h5`, kerasFile(name, 'h5'))),
    keras,
    ...(await membersOf(keras)),
  ];
}
