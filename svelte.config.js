import adapter from '@sveltejs/adapter-static';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Hashes of the scripts that stand in the template of all pages, for the policy; SvelteKit adds those of its own. */
const templateScripts = () => {
  const html = readFileSync(new URL('src/app.html', import.meta.url), 'utf8');
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script]) =>
      /** @type {const} */ (
        `sha256-${createHash('sha256')
          .update(script ?? '')
          .digest('base64')}`
      ),
  );
};

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: adapter({ fallback: '404.html', precompress: true }),
    alias: { $shaders: 'shaders' },
    paths: { relative: true },
    // What pages may load and run, see docs/security.md; `src/cli/headers.ts` says the same in headers, and what workers may.
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['none'],
        'script-src': ['self', 'wasm-unsafe-eval', ...templateScripts()],
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:', 'blob:'],
        'font-src': ['self', 'data:'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'frame-src': ['self'],
        'manifest-src': ['self'],
        'base-uri': ['none'],
        'form-action': ['none'],
      },
    },
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
