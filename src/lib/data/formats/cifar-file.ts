import { Problem } from '$lib/base/problem';
import { cifar100Classes, cifar100Superclasses, cifar10Classes } from './cifar-names';
import { numberArray, type NumberArray } from './number-array';

const pixels = 3 * 32 * 32;

/** Pictures and the class of each. */
export interface CifarBatch {
  /** [count, 3, 32, 32]. */
  readonly pictures: NumberArray;
  readonly classes: Int32Array;
  /** Names of the classes by number, where they are known. */
  readonly classNames: readonly string[];
}

/** Label bytes before each picture: 1 in CIFAR-10, 2 in CIFAR-100; undefined when the length fits neither. */
const labelBytes = (bytes: Uint8Array): 1 | 2 | undefined => {
  const fits = (labels: 1 | 2, most: readonly number[]): boolean => {
    const record = labels + pixels;
    if (bytes.length === 0 || bytes.length % record !== 0) return false;
    for (let at = 0; at < bytes.length; at += record) if (most.some((bound, label) => bytes[at + label]! > bound)) return false;
    return true;
  };
  if (fits(1, [9])) return 1;
  return fits(2, [19, 99]) ? 2 : undefined;
};

/** Whether the length of a file is that of a CIFAR batch. */
export const isCifar = (bytes: Uint8Array): boolean =>
  bytes.length > 0 && (bytes.length % (1 + pixels) === 0 || bytes.length % (2 + pixels) === 0);

/**
 * Reads a batch of CIFAR-10 (a label byte and 3072 bytes a picture: red, green and blue planes of 32 × 32) or of CIFAR-100 (a coarse and a
 * fine label first), unpacked before.
 *
 * @param coarse of CIFAR-100, whether the twenty superclasses are the classes
 * @throws Problem when the length or a label fits neither.
 */
export const readCifar = (bytes: Uint8Array, name: string, coarse: boolean): CifarBatch => {
  const labels = labelBytes(bytes);
  if (labels === undefined) {
    const record = bytes.length % (1 + pixels) === 0 ? 1 + pixels : bytes.length % (2 + pixels) === 0 ? 2 + pixels : undefined;
    if (record === undefined || bytes.length === 0)
      throw new Problem(
        `${name}: expected records of 3073 bytes (CIFAR-10) or 3074 bytes (CIFAR-100), got ${bytes.length} bytes, no multiple of either`,
      );
    const most = record === 1 + pixels ? 9 : 19;
    let at = 0;
    while (at < bytes.length && bytes[at]! <= most && (record === 1 + pixels || bytes[at + 1]! <= 99)) at += record;
    throw new Problem(`${name}, byte ${at}: expected a class from 0 to ${most}, got ${bytes[at]!}`);
  }
  const record = labels + pixels;
  const count = bytes.length / record;
  const whole = numberArray(name, bytes, { type: 'uint8', shape: [count, record], little: true, fortran: false });
  const classes = Int32Array.from({ length: count }, (_, index) => bytes[index * record + (labels === 2 && !coarse ? 1 : 0)]!);
  return {
    pictures: {
      ...whole,
      shape: [count, 3, 32, 32],
      strides: [record, 1024, 32, 1],
      at: (place) => bytes[place + labels]!,
    },
    classes,
    classNames: labels === 1 ? cifar10Classes : coarse ? cifar100Superclasses : cifar100Classes,
  };
};
