/**
 * What every answer says to browsers, so that pages may share memory among their threads ("cross-origin isolated"). Scripts of workers
 * must carry the second one too. `static/_headers` says the same to hosts of static files that read it.
 */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/**
 * Headers for an address: of everything but `/embed`, those of an isolated page. The page `/embed` may be a frame of any other page: it
 * asks nothing of that one, and one that is isolated itself takes it too.
 *
 * @param path of the address, from `/` on
 */
export const headersFor = (path: string): Readonly<Record<string, string>> => {
  if (!/^\/embed(\.html|\/)?$/.test(path)) return isolation;
  return { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'cross-origin' };
};
