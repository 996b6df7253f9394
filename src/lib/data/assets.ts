/** How a `FileSource` knows a file that is part of the product from one a sheet names: no file or URL of a sheet has this scheme. */
const scheme = 'asset:';

/** The name under which a `FileSource` reads a file of `static/`, e.g. `asset:data/digits-images.idx.gz`. */
export const assetName = (path: string): string => `${scheme}${path}`;

/** The path under `static/` that such a name stands for; undefined for every other name. Only plain paths downwards are assets. */
export const assetPath = (name: string): string | undefined => {
  if (!name.startsWith(scheme)) return undefined;
  const path = name.slice(scheme.length);
  return /^[a-z0-9-]+(\/[a-z0-9-]+)*(\.[a-z0-9]+)+$/.test(path) ? path : undefined;
};
