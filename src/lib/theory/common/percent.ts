/** A share for a message, its size to two digits: −0.0123 is `1.2 %`. */
export const percent = (share: number): string => `${(100 * Math.abs(share)).toPrecision(2)} %`;

/** A share for a message, to the nearest per cent. */
export const wholePercent = (share: number): string => `${Math.round(100 * share)} %`;
