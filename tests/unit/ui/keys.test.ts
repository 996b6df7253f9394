import { describe, expect, it } from 'vitest';
import { allCommands, commands } from '$lib/ui/grid/commands';
import { isKey, keysShown } from '$lib/ui/grid/keys';

/** As much of an event as keys are told by. */
const press = (key: string, ...modifiers: readonly ('ctrl' | 'meta' | 'alt' | 'shift')[]): KeyboardEvent =>
  ({
    key,
    ctrlKey: modifiers.includes('ctrl'),
    metaKey: modifiers.includes('meta'),
    altKey: modifiers.includes('alt'),
    shiftKey: modifiers.includes('shift'),
  }) as KeyboardEvent;

describe('keys', () => {
  it('are told by their name and what is held with them', () => {
    expect(isKey(press('z', 'ctrl'), 'Ctrl+Z')).toBe(true);
    expect(isKey(press('Z', 'meta', 'shift'), 'Ctrl+Shift+Z')).toBe(true);
    expect(isKey(press('Z', 'ctrl', 'shift'), 'Ctrl+Z')).toBe(false);
    expect(isKey(press('z'), 'Ctrl+Z')).toBe(false);
    expect(isKey(press(' ', 'shift'), 'Shift+Space')).toBe(true);
    expect(isKey(press(' ', 'shift'), 'Space')).toBe(false);
    expect(isKey(press('ArrowUp', 'alt'), 'ArrowUp')).toBe(false);
  });

  it('that are signs count however they are typed', () => {
    for (const key of ['+', '=']) expect(isKey(press(key, 'ctrl', 'shift'), 'Ctrl+Plus')).toBe(true);
    expect(isKey(press('=', 'ctrl'), 'Ctrl+Plus')).toBe(true);
    expect(isKey(press('?', 'shift'), '?')).toBe(true);
  });

  it('mean one thing each', () => {
    const keys = allCommands.flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are shown as people read them', () => {
    expect(keysShown(commands.nudge.keys, false)).toEqual([['Alt', '← → ↑ ↓']]);
    expect(keysShown(commands.redo.keys, true)).toEqual([
      ['⌘', 'Shift', 'Z'],
      ['⌘', 'Y'],
    ]);
    expect(keysShown(commands.smaller.keys, false)).toEqual([['Ctrl', '−']]);
  });
});
