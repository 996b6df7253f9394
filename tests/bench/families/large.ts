import { numbers } from '../../gpu/harness/suite';
import type { Family } from '../bench';
import { systemsAtOnce } from './batch';
import { factor } from './cholesky';
import { square } from './product';

const n = 4096;

/** A kernel would take minutes to make here: a symmetric matrix with a dominant diagonal. */
const dominant = (): Float32Array => {
  const row = numbers(2 * n, 5);
  const system = new Float32Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) system[i * n + j] = i === j ? n : row[i + j]!;
  return system;
};

/** What `torch_peer.py` does beside it. */
export const large: Family = {
  name: 'large',
  hardware: true,
  cases: [() => square(n), () => factor(n, dominant()), () => systemsAtOnce(512, 64, true)],
};
