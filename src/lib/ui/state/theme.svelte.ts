import { readStored, writeStored } from './storage';

/** What a person chose; `auto` follows the system. */
export type ThemeChoice = 'auto' | 'light' | 'dark';

const key = 'theme';

const stored = (): ThemeChoice => {
  const value = readStored('local', key);
  return value === 'light' || value === 'dark' ? value : 'auto';
};

/** Light or dark: the choice, and what is shown. Colours themselves are CSS (`light-dark()`). */
class Theme {
  choice = $state<ThemeChoice>(stored());
  #systemDark = $state(false);

  constructor() {
    if (typeof matchMedia === 'undefined') return;
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = query.matches;
    query.addEventListener('change', (event) => (this.#systemDark = event.matches));
  }

  get shown(): 'light' | 'dark' {
    if (this.choice !== 'auto') return this.choice;
    return this.#systemDark ? 'dark' : 'light';
  }

  /** Auto, light, dark, and round again. */
  next(): void {
    this.choice = this.choice === 'auto' ? 'light' : this.choice === 'light' ? 'dark' : 'auto';
    if (this.choice === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.choice;
    writeStored('local', key, this.choice === 'auto' ? undefined : this.choice);
  }
}

export const theme = new Theme();
