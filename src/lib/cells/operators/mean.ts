/** Largest power of two by which numbers are made smaller before they are added, so that no sum of them overflows. */
const SMALLER = 2 ** -64;

/** The sum with the rounding of every step carried along (Neumaier's variant of Kahan's summation). */
const sumOf = (numbers: readonly number[]): number => {
  let sum = 0;
  let lost = 0;
  for (const x of numbers) {
    const next = sum + x;
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + lost;
};

/** The average, right to a rounding or two; finite wherever the numbers are. */
export const meanOf = (numbers: readonly number[]): number => {
  const plain = sumOf(numbers) / numbers.length;
  return Number.isFinite(plain) ? plain : sumOf(numbers.map((x) => x * SMALLER)) / numbers.length / SMALLER;
};
