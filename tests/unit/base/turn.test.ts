import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe.each(['Node', 'a browser'])('a turn in %s', (place) => {
  const load = async (): Promise<() => Promise<void>> => {
    if (place === 'a browser') vi.stubGlobal('setImmediate', undefined);
    return (await import('$lib/base/turn')).turn;
  };

  it('lets timers and messages in, however many turns follow upon each other', async () => {
    const turn = await load();
    const heard: string[] = [];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => heard.push('message');
    setTimeout(() => heard.push('timer'), 0);
    port2.postMessage('');
    while (heard.length < 2) await turn();
    port1.close();
    expect(heard.toSorted()).toEqual(['message', 'timer']);
  });

  it('comes after what is to be done at once, and in the order in which turns are asked for', async () => {
    const turn = await load();
    const order: string[] = [];
    const turns = ['first', 'second', 'third'].map(async (name) => {
      await turn();
      order.push(name);
    });
    await Promise.resolve().then(() => order.push('at once'));
    await Promise.all(turns);
    expect(order).toEqual(['at once', 'first', 'second', 'third']);
  });
});
