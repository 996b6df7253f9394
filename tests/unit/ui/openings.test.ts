import { describe, expect, it } from 'vitest';
import { Openings } from '$lib/ui/state/openings';

describe('requests to open a sheet', () => {
  it('the one that was asked for last is opened, in whatever order they are read', () => {
    const openings = new Openings();
    const [slow, quick] = [openings.ask(), openings.ask()];
    expect(openings.claim(quick)).toBe(true);
    expect(openings.isLatest(quick)).toBe(true);
    expect(openings.isWanted(slow)).toBe(false);
    expect(openings.claim(slow)).toBe(false);
    expect(openings.isLatest(quick)).toBe(true);
  });

  it('one that cannot be read leaves the one before', () => {
    const openings = new Openings();
    const good = openings.ask();
    openings.claim(good);
    const damaged = openings.ask();
    expect(openings.isWanted(damaged)).toBe(true);
    expect(openings.isLatest(good)).toBe(true);
  });

  it('none is opened after they were called off', () => {
    const openings = new Openings();
    const one = openings.ask();
    openings.claim(one);
    openings.forget();
    expect(openings.isLatest(one)).toBe(false);
    expect(openings.claim(openings.ask())).toBe(true);
  });
});
