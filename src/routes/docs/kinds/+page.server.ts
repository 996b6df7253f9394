import { kindReports } from '$lib/worker/kind-reports';

/** Read when the site is built, so that the page needs none of the program it tells of. */
export const load = (): { kinds: ReturnType<typeof kindReports> } => ({ kinds: kindReports() });
