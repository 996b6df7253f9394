import { expect, it } from 'vitest';
import { parseFormula } from '$lib/sheet/parse';
import { sliderSettings } from '$lib/ui/views/literal';

const settings = (text: string) => sliderSettings(parseFormula(text));

it('a slider is dragged between its ends, or the documented defaults', () => {
  expect(settings('slider(2, min: 0.1, max: 10, scale: "log")')).toMatchObject({ value: 2, min: 0.1, max: 10, log: true });
  expect(settings('slider(2)')).toMatchObject({ value: 2, min: 0, max: 20, log: false });
  expect(settings('slider(2, scale: "log")')).toMatchObject({ min: 0.2, max: 20, log: true });
});

it.each(['slider(a)', 'slider(2, max: a)', 'slider(2, max: 1)', 'slider(0, scale: "log")', 'slider(2, scale: kind)', 'slider(2, step: 0)'])(
  '%s cannot be dragged',
  (text) => {
    expect(settings(text)).toBeUndefined();
  },
);
