import { describe, expect, it } from 'vitest';
import { OpenRequests } from '$lib/ui/state/open-requests';

describe('requests to open a sheet', () => {
  it('the one that was asked for last is opened, in whatever order they are read', () => {
    const openRequests = new OpenRequests();
    const [slow, quick] = [openRequests.ask(), openRequests.ask()];
    expect(openRequests.claim(quick)).toBe(true);
    expect(openRequests.isLatest(quick)).toBe(true);
    expect(openRequests.isWanted(slow)).toBe(false);
    expect(openRequests.claim(slow)).toBe(false);
    expect(openRequests.isLatest(quick)).toBe(true);
  });

  it('one that cannot be read leaves the one before', () => {
    const openRequests = new OpenRequests();
    const good = openRequests.ask();
    openRequests.claim(good);
    const damaged = openRequests.ask();
    expect(openRequests.isWanted(damaged)).toBe(true);
    expect(openRequests.isLatest(good)).toBe(true);
  });

  it('none is opened after they were called off', () => {
    const openRequests = new OpenRequests();
    const one = openRequests.ask();
    openRequests.claim(one);
    openRequests.forget();
    expect(openRequests.isLatest(one)).toBe(false);
    expect(openRequests.claim(openRequests.ask())).toBe(true);
  });
});
