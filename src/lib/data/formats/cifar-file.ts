import { Problem } from '$lib/base/problem';
import { Pause } from '../pause';
import type { ArrayFile } from './array-file';
import { cifar100Classes, cifar100Superclasses, cifar10Classes } from './cifar-names';
import type { Slices } from './slices';

const pixels = 3 * 32 * 32;
/** Bytes of a picture and its label or labels. */
const [record10, record100] = [1 + pixels, 2 + pixels];

/** Pictures and the class of each. */
export interface CifarBatch {
  /** [count, 3, 32, 32]. */
  readonly pictures: ArrayFile;
  readonly classes: Int32Array;
  /** Names of the classes by number, where they are known. */
  readonly classNames: readonly string[];
}

/** Whether the length of a file is that of a CIFAR batch. */
export const isCifar = ({ size }: Slices): boolean => size > 0 && (size % record10 === 0 || size % record100 === 0);

/** The labels of the records of a file, [records, labels]; the byte of the first that is none of the classes, where there is one. */
class Labels {
  readonly values: Uint8Array;
  bad: { readonly byte: number; readonly value: number } | undefined;

  /** @param most the greatest label in each place */
  constructor(
    size: number,
    readonly record: number,
    readonly most: readonly number[],
  ) {
    this.values = new Uint8Array((size / record) * most.length);
  }

  /** Takes the labels out of some bytes of the file. */
  add(bytes: Uint8Array, at: number): void {
    const places = this.most.length;
    for (let row = Math.floor(at / this.record); row * this.record < at + bytes.length; row++)
      for (let place = 0; place < places; place++) {
        const byte = row * this.record + place;
        if (byte < at || byte >= at + bytes.length) continue;
        const value = bytes[byte - at]!;
        this.values[row * places + place] = value;
        if (value > this.most[place]!) this.bad ??= { byte, value };
      }
  }
}

/**
 * Opens a batch of CIFAR-10 (a label byte and 3072 bytes a picture: red, green and blue planes of 32 × 32) or of CIFAR-100 (a coarse and a
 * fine label first), unpacked before. Its labels are read, slice by slice.
 *
 * @param coarse of CIFAR-100, whether the twenty superclasses are the classes
 * @throws Problem when the length or a label fits neither.
 */
export const openCifar = async (source: Slices, coarse: boolean, signal: AbortSignal): Promise<CifarBatch> => {
  const { name, size } = source;
  const kinds = [new Labels(size, record10, [9]), new Labels(size, record100, [19, 99])].filter(({ record }) => size % record === 0);
  if (kinds.length === 0 || size === 0)
    throw new Problem(
      `${name}: expected records of ${record10} bytes (CIFAR-10) or ${record100} bytes (CIFAR-100), got ${size} bytes, no multiple of either`,
    );
  const pause = new Pause(signal);
  let at = 0;
  for await (const slice of source.stream(0, size, signal)) {
    for (const labels of kinds) labels.add(slice, at);
    at += slice.length;
    await pause.whenDue();
  }
  const labels = kinds.find(({ bad }) => !bad);
  if (!labels) {
    const { bad, most } = kinds[0]!;
    const kind = most.length === 1 ? 'CIFAR-10' : 'CIFAR-100';
    const greatest = most[most.length === 1 ? 0 : bad!.byte % record100]!;
    throw new Problem(`${name}, byte ${bad!.byte}: expected a class of ${kind} from 0 to ${greatest}, got ${bad!.value}`);
  }
  const { record, values, most } = labels;
  const places = most.length;
  const count = size / record;
  const fine = places === 2 && !coarse ? 1 : 0;
  return {
    pictures: {
      ...{ name, source, type: 'uint8', shape: [count, 3, 32, 32], little: true, fortran: false },
      start: places,
      step: record,
    },
    classes: Int32Array.from({ length: count }, (_, row) => values[row * places + fine]!),
    classNames: places === 1 ? cifar10Classes : coarse ? cifar100Superclasses : cifar100Classes,
  };
};
