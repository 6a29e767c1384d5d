import { defineConfig } from 'rolldown';

/*
 * One file for what --help needs and few for the rest: loading some hundred small modules would take longer than an
 * audit of a small network. Packages stay outside, but for zod, most of whose modules are locales nobody asks for, and
 * echarts with what it is made of, of whose 60 MB the charts take a hundredth.
 */
const inside = /^(zod|echarts|zrender|tslib|@oxc-project\/runtime)(\/|$)/;

export default defineConfig({
  input: { cli: 'src/cli.ts', index: 'src/index.ts' },
  platform: 'node',
  external: (id) => !/^[./]|^\w:/.test(id) && !inside.test(id) && !id.startsWith('\0'),
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
});
