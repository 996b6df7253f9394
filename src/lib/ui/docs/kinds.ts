import type { KindReport } from '$lib/worker/protocol';

/** What kinds are for, in the order in which a sheet is made. */
export const purposeTitles = [
  ['input', 'Inputs'],
  ['data', 'Data'],
  ['theory', 'Theory'],
  ['network', 'Networks'],
  ['view', 'Pictures'],
  ['check', 'Checks'],
  ['function', 'Functions'],
] as const satisfies readonly (readonly [KindReport['purpose'], string])[];

/** The kinds under what they are for, in the order in which a sheet is made. */
export const byPurpose = (kinds: readonly KindReport[]): readonly { readonly title: string; readonly members: readonly KindReport[] }[] =>
  purposeTitles.flatMap(([purpose, title]) => {
    const members = kinds.filter((kind) => kind.purpose === purpose);
    return members.length > 0 ? [{ title, members }] : [];
  });
