/** Whether this is Node and no browser. */
export const inNode = typeof process !== 'undefined' && Boolean((process.versions as Partial<NodeJS.ProcessVersions> | undefined)?.node);

/** A module of Node itself, asked for by a name that a bundler for browsers does not see. */
export const fromNode = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);
