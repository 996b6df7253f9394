import { bayes } from '$lib/theory/bayes';
import { flow } from '$lib/theory/flow';
import { lazy } from '$lib/theory/lazy';
import { proportional } from '$lib/theory/proportional';
import type { Theory } from '$lib/theory/theory';

/** The theories that a sheet can name. Adding one is its folder and a line here. */
export const theories: readonly Theory[] = [lazy, bayes, flow, proportional];
