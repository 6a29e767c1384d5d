import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

/*
 * One file for what --help needs and a few for the rest: loading some hundred small modules would take longer than an audit
 * of a small network. Packages stay outside, except three: zod, because most of its modules are locales that are not used;
 * echarts with its own packages, because the charts use a hundredth of its 60 MB; and marked, which has no dependencies
 * and is used by one command.
 */
const inside = /^(zod|echarts|marked|zrender|tslib|@oxc-project\/runtime)(\/|$)/;

/** Their licences ask to come along: writes dist/LICENSES.txt of the packages whose code is in the output. */
const licences = {
  name: 'licences',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = modules.flatMap(
      (id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(id.replaceAll('\\', '/')) ?? [],
    );
    const texts = [...new Set(folders)].sort().map((folder) => {
      const files = readdirSync(folder).filter((name) => /^(licen[cs]e|notice)(\.\w+)?$/i.test(name));
      const { name, version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
      return [
        `${name} ${version} (${license})`,
        ...files.map((file) => readFileSync(folder + file, 'utf8').trim()),
      ].join('\n\n');
    });
    const source = `${[...new Set(texts)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
    this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source });
  },
};

export default defineConfig({
  input: { cli: 'src/cli/main.ts', index: 'src/index.ts' },
  platform: 'node',
  plugins: [licences],
  external: (id) => !/^[./]|^\w:/.test(id) && !inside.test(id) && !id.startsWith('\0'),
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
});
