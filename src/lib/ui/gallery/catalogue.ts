import { parse } from '$lib/sheet/parse';
import { encodeShare } from '$lib/sheet/share';

/** A sheet of the gallery. */
export interface GallerySheet {
  /** Name of its file in `static/gallery`, without its ending. */
  readonly id: string;
  /** Which figure of which paper it is to be compared with; empty for the guided sheet. */
  readonly figure: string;
  readonly title: string;
  readonly description: string;
  readonly text: string;
  /** How many `check` cells it has. */
  readonly checks: number;
}

/** Sheets of one source. */
export interface GalleryGroup {
  readonly title: string;
  readonly link: string | undefined;
  readonly sheets: readonly GallerySheet[];
}

const files: Readonly<Record<string, string>> = import.meta.glob<string>('/static/gallery/*.ksheet', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const sheet = (id: string, figure: string): GallerySheet => {
  const text = files[`/static/gallery/${id}.ksheet`];
  if (text === undefined) throw new Error(`there is no sheet ${id} in static/gallery`);
  const { title, description, cells } = parse(text);
  const checks = cells.filter(({ formula }) => formula?.type === 'call' && formula.name === 'check').length;
  return { id, figure, title, description, text, checks };
};

/** The gallery in its order. */
export const gallery: readonly GalleryGroup[] = [
  { title: 'New here?', link: undefined, sheets: [sheet('start-here', '')] },
  {
    title: 'Transfer learning in infinite width feature learning networks',
    link: 'https://arxiv.org/abs/2507.04448',
    sheets: [
      sheet('a1-linear-alignment', 'v2, figure 1a'),
      sheet('a3-optimal-richness', 'v2, figure 2'),
      sheet('a4-polynomials', 'v2, figure 3'),
      sheet('a5-image-pairs', 'v2, figure 4'),
      sheet('a5-cifar-pairs', 'v2, figure 4'),
      sheet('a6-preactivations', 'v2, figure 5'),
      sheet('a7-coupling', 'v1'),
      sheet('a8-forgetting', 'v2, forgetting'),
    ],
  },
  {
    title: 'Statistical mechanics of transfer learning in the proportional limit',
    link: 'https://arxiv.org/abs/2407.07168',
    sheets: [sheet('b1-width', 'figure 1'), sheet('b3-hidden-manifold', 'hidden manifolds')],
  },
  {
    title: 'Beyond the papers',
    link: undefined,
    sheets: [
      sheet('d1-chain-of-tasks', 'compare arXiv 2506.16884'),
      sheet('d2-when-transfer-hurts', 'compare arXiv 2410.08194'),
      sheet('d3-deep-transfer', 'deep networks'),
    ],
  },
];

/** The part of a link from `#` on that opens a copy of this sheet. */
export const fragmentOf = ({ text }: GallerySheet): string => `#${encodeShare(text)}`;
