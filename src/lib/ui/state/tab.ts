import { readStored, writeStored } from './storage';

/* Each tab keeps its own sheet, so that two of them never write over each other's; a reload knows its tab by the session's storage. */

const key = 'tab';
const made = (): string => `${Date.now().toString(36).padStart(9, '0')}${Math.random().toString(36).slice(2, 8)}`;

const remember = (name: string): string => {
  writeStored('session', key, name);
  return name;
};

const remembered = (): string | undefined => readStored('session', key);

/** The name of this tab; empty where the browser keeps nothing. */
export const tabName = (): string => remembered() ?? '';

interface Word {
  readonly hello?: string;
  readonly here?: string;
}

/** This tab among those of this browser. */
export interface Tab {
  /** Its name. It changes when the tab turns out to be a copy of another, which browsers give the same memory. */
  readonly name: string;
  /** It was there before this load of the page. */
  readonly reloaded: boolean;
  close(): void;
}

/** @param others hears once, when another tab answers */
export const openTab = (others: () => void): Tab => {
  const before = remembered();
  let name = before ?? remember(made());
  let told = false;
  const channel = new BroadcastChannel('kernelsheet');
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.hello !== undefined) channel.postMessage({ here: name } satisfies Word);
    if (data.here === undefined) return;
    if (data.here === name) name = remember(made());
    if (!told) others();
    told = true;
  };
  channel.postMessage({ hello: name } satisfies Word);
  return {
    get name() {
      return name;
    },
    reloaded: before !== undefined,
    close: () => {
      channel.close();
    },
  };
};
