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
      },
    },
  },
};
