import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: adapter({ fallback: '404.html' }),
    alias: { $shaders: 'shaders' },
    paths: { relative: true },
  },
};
