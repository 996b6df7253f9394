import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: adapter({ fallback: '404.html', precompress: true }),
    alias: { $shaders: 'shaders' },
    paths: { relative: true },
    typescript: {
      // Everything written by hand is checked, not only what the page is made of.
      config: (config) => {
        /** @type {string[]} */
        const include = config.include;
        include.push('../*.ts', '../*.js', '../scripts/**/*.js', '../bin/**/*.js');
        // These packages declare WebGPU anew for the whole program; the bench says itself what it uses of them.
        /** @type {{ paths: Record<string, string[]> }} */
        const { paths } = config.compilerOptions;
        for (const name of ['tfjs-core', 'tfjs-backend-webgpu']) paths[`@tensorflow/${name}`] = [`../tests/bench/types/${name}.d.ts`];
        paths.webgpu = ['../tests/bench/types/webgpu.d.ts'];
        paths['assemblyscript/asc'] = ['../scripts/types/asc.d.ts'];
      },
    },
  },
};
