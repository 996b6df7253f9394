/**
 * What every answer says to browsers: pages may share memory among their threads ("cross-origin isolated"; scripts of workers must carry
 * the second header too), content types are not guessed, and no address is sent to other sites. `static/_headers` says the same to
 * hosts of static files that read it; `docs/security.md` says why.
 */
const always = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

/**
 * What a worker may do. Only workers send requests to other hosts, for files that the user has allowed: a header cannot name these hosts
 * beforehand. It has no document, so that nothing of a sheet can become a script there.
 */
export const workerPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' https: http:; base-uri 'none'; form-action 'none'";

const isEmbed = (path: string): boolean => /^\/embed(\.html|\/)?$/.test(path);

/**
 * Headers for an address: of everything but `/embed`, those of an isolated page. The page `/embed` may be a frame of any other page: it
 * asks nothing of that one, and one that is isolated itself takes it too.
 *
 * @param path of the address, from `/` on
 */
export const headersFor = (path: string): Readonly<Record<string, string>> => {
  if (!isEmbed(path)) return always;
  const { 'cross-origin-opener-policy': _, ...others } = always;
  return { ...others, 'cross-origin-resource-policy': 'cross-origin' };
};

const entities: Readonly<Record<string, string>> = { '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** The content policy that the build has put into a page; empty where there is none. */
const policyIn = (html: string): string => {
  const tag = /<meta\s+http-equiv="content-security-policy"\s+content="([^"]*)"/i.exec(html);
  return (tag?.[1] ?? '').replace(/&(quot|#39|#x27|lt|gt|amp);/g, (entity) => entities[entity] ?? entity);
};

/**
 * The content policy of a page as a header: that of the page, and who may show it in a frame, which a page cannot say itself. Nothing is said
 * of the embedded page: even `*` would keep it out of slides that are opened from a file.
 */
export const pagePolicy = (path: string, html: string): string =>
  [policyIn(html), isEmbed(path) ? '' : "frame-ancestors 'self'"].filter(Boolean).join('; ');
