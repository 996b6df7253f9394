/** A slider as its formula gives it. */
export interface SliderGiven {
  readonly value: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly scale: 'linear' | 'log';
}

export interface SliderEnds {
  readonly min: number;
  readonly max: number;
}

/** How the ends that a formula leaves out are chosen, for people. */
export const minDefault = '0, or ten times a value below it, or a tenth of the value when the scale is "log"';
export const maxDefault = 'ten times the value, or 1 when that is not above 0';
export const stepDefault = 'a hundredth of the way';

/** The ends of a slider: those given, or the defaults. They may be the wrong way round, or not fit the scale; who asks must check. */
export const sliderEnds = ({ value, min, max, scale }: SliderGiven): SliderEnds => ({
  min: min ?? (scale === 'log' ? value / 10 : value < 0 ? 10 * value : 0),
  max: max ?? (value > 0 ? 10 * value : 1),
});

export interface SliderTrack extends SliderEnds {
  readonly step: number | undefined;
  readonly log: boolean;
}

/** Without a step of its own a slider has this many, even on its scale. */
const HUNDRED = 100;

/** Where a value stands on the track: 0 at `min`, 1 at `max`. */
export const fractionOfSlider = ({ min, max, log }: SliderTrack, value: number): number =>
  log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);

/** The value at a place of the track, which is taken to the nearest step; the ends are always reached. */
export const sliderValueAt = ({ min, max, step, log }: SliderTrack, fraction: number): number => {
  if (fraction <= 0) return min;
  if (fraction >= 1) return max;
  const even = step === undefined ? Math.round(HUNDRED * fraction) / HUNDRED : fraction;
  const value = log ? min * (max / min) ** even : min + even * (max - min);
  return step === undefined ? value : Math.min(max, min + Math.round((value - min) / step) * step);
};

/** The value so many steps further. */
export const sliderStepped = (track: SliderTrack, value: number, steps: number): number => {
  const { min, max, step } = track;
  if (step === undefined) return sliderValueAt(track, fractionOfSlider(track, value) + steps / HUNDRED);
  return Math.min(max, Math.max(min, value + steps * step));
};
