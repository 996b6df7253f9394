import type { Problem } from '$lib/base/problem';
import { assetName } from './assets';
import type { Dataset, FileSource } from './dataset';
import { fileImages, type PictureSource } from './file-images';
import { cifar10Classes } from './formats/cifar-names';
import type { PictureClass, PictureTask } from './picture-task';

/** Classes of CIFAR-10 by name are those of the same numbers; the embedded sets have no names. */
const numbered = (classes: PictureTask['positive']): PictureTask['positive'] => {
  const number = (one: PictureClass): PictureClass => {
    const index = typeof one === 'string' ? (cifar10Classes as readonly string[]).indexOf(one) : -1;
    return index < 0 ? one : index;
  };
  return typeof classes === 'object' ? classes.map(number) : number(classes);
};

/**
 * The task on an embedded set in the place of files that were not given: the same classes by number, prepared in the same way. It says so in
 * a warning, so that nobody takes its results for those of the files.
 *
 * @param absent which file is not there
 */
export const standIn = async (
  set: string,
  absent: Problem,
  source: PictureSource,
  task: PictureTask,
  files: FileSource,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<Dataset> => {
  const embedded: PictureSource = {
    files: [assetName(`data/${set}-images.idx.gz`)],
    labels: [assetName(`data/${set}-labels.idx.gz`)],
    grey: source.grey,
    size: source.size,
    coarse: false,
  };
  const numbers = { ...task, positive: numbered(task.positive), negative: numbered(task.negative) };
  const data = await fileImages(embedded, undefined, numbers, files, signal, progress);
  const warning = `computed on the stand-in ${set}, not on ${source.files.join(', ')}: ${absent.message.replace(/^file: /, '')}`;
  return { ...data, title: `${set} as a stand-in`, warnings: [...(data.warnings ?? []), warning] };
};
