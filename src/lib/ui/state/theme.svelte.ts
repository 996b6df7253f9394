/** What a person chose; `auto` follows the system. */
export type ThemeChoice = 'auto' | 'light' | 'dark';

const key = 'theme';

const stored = (): ThemeChoice => {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
};

/** Light or dark: the choice, and what is shown. Colours themselves are CSS (`light-dark()`). */
class Theme {
  choice = $state<ThemeChoice>(typeof localStorage === 'undefined' ? 'auto' : stored());
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
    try {
      if (this.choice === 'auto') localStorage.removeItem(key);
      else localStorage.setItem(key, this.choice);
    } catch {
      // A browser that keeps nothing still shows the choice until the page is left.
    }
  }
}

export const theme = new Theme();
