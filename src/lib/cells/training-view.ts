import type { NetworkPoint, NetworkRecord } from '$lib/theory/networks/networks';
import type { Trained } from './training';
import type { TrainingCurve, View } from './view';

/** More swept points than this are not drawn one by one. */
const mostFaint = 60;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const spread = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)) / Math.max(1, values.length - 1));
};

/** The records of the stage that goes on, those of all points up to the shortest. */
const present = (records: Trained['records']): (readonly NetworkRecord[])[] => {
  const latest = Math.max(0, ...records.map((one) => one.at(-1)?.task ?? 0));
  return records.map((one) => one.filter(({ task }) => task === latest));
};

/** What the curves of networks look like: of each width the mean over all its networks, and faintly each swept point of it. */
export const trainingView = ({ points, records, extensions, done }: Trained): View => {
  const stages = present(records);
  const widths = [...new Set(points.map(({ width }) => width))];
  const curves = widths.flatMap((width): TrainingCurve[] => {
    const mine = stages.filter((stage, index) => points[index]?.width === width && stage.length > 0);
    const [first] = mine;
    if (!first) return [];
    const length = Math.min(...mine.map((stage) => stage.length));
    const at = (moment: number, of: 'train' | 'test'): number[] => mine.flatMap((stage) => stage[moment]?.[of] ?? []);
    const moments = Array.from({ length }, (_, moment) => moment);
    return [
      {
        name: widths.length > 1 ? `N = ${width}` : '',
        x: moments.map((moment) => first[moment]?.time ?? 0),
        train: moments.map((moment) => mean(at(moment, 'train'))),
        test: moments.map((moment) => mean(at(moment, 'test'))),
        spread: moments.map((moment) => (mine.length > 1 ? 0 : spread(at(moment, 'test')))),
        faint:
          mine.length > 1 && mine.length <= mostFaint ? mine.map((stage) => stage.slice(0, length).map((record) => mean(record.test))) : [],
      },
    ];
  });
  const last = stages.find((stage) => stage.length > 0)?.at(-1);
  return {
    type: 'training',
    curves,
    stage: last?.stage ?? 'source',
    xName: methodsOf(points) === 'langevin' ? 'trajectory' : 'time',
    networks: points.reduce((sum, { seeds }) => sum + seeds, 0),
    extensions,
    done,
  };
};

const methodsOf = (points: readonly NetworkPoint[]): string | undefined => points[0]?.method;
