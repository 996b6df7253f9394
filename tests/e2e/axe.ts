import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What is asked of a page: all rules, or those that look at colours. */
export type Rules = 'all' | 'colours';

/** The rules that depend on the colour scheme: the document itself is the same in light and in dark. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** The rules for a colour scheme where the same page is looked at in light and in dark: the document once, colours in both. */
export const rulesFor = (colorScheme: 'light' | 'dark'): Rules => (colorScheme === 'light' ? 'all' : 'colours');

/**
 * What axe finds on the page that hides something from assistive technology, a text for each rule. Pages of ours hold no frames of other
 * sites. So axe runs within the page ("legacy mode"), without a second one in which it would put together what it finds in frames.
 */
export const violationsOf = async (page: Page, rules: Rules = 'all'): Promise<string[]> => {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  if (rules === 'colours') axe.withRules(ofColours);
  const { violations } = await axe.analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `  ${html}`).join('\n')}`);
};
