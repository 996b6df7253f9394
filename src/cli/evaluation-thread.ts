/** The thread that evaluates the sheet, so that the main thread hears its clock and signals while a long loop runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '$lib/base/problem';
import { findDawn } from './dawn';
import type { Evaluator } from './evaluator';
import { nodeEvaluator } from './node-evaluator';
import type { KeepingMethod, Opened, ThreadCall, ThreadMethod, ThreadNews, ThreadStart } from './thread-protocol';

const port = parentPort;
if (!port) throw new Error('this file is the entry of a thread');
const { root, backend, threads } = workerData as ThreadStart;
const send = (news: ThreadNews): void => {
  port.postMessage(news);
};

let evaluator: Evaluator | undefined;

const open = async (): Promise<Opened> => {
  const dawn = backend === 'cpu' || backend === 'reference' ? undefined : await findDawn();
  // A software adapter of this system is used where it was named by hand; Chromium's is the one that is known to work.
  if (backend === 'webgpu' && (!dawn || (dawn.software && (process.env.VK_ICD_FILENAMES ?? '') === ''))) return 'elsewhere';
  evaluator = await nodeEvaluator(root, { backend, gpu: dawn?.gpu, threads });
  await evaluator.listen((reports) => {
    send({ reports });
  });
  return 'here';
};

const keepingMethods: Readonly<Record<KeepingMethod, true>> = {
  recall: true,
  recalled: true,
  keep: true,
  kept: true,
  leaveOut: true,
};

const keep = ({ keeping }: Evaluator, method: KeepingMethod, given: readonly unknown[]): Promise<unknown> => {
  if (!keeping) throw new Error('points cannot be kept here');
  if (method === 'keep')
    return keeping.keep(
      (record) => {
        send({ record });
      },
      given[0] as number | undefined,
    );
  return (keeping[method] as (...rest: readonly unknown[]) => Promise<unknown>).apply(keeping, [...given]);
};

const perform = ({ method, arguments: given }: ThreadCall): Promise<unknown> => {
  if (method === 'open') return open();
  if (!evaluator) throw new Error('the thread was not opened');
  if (method in keepingMethods) return keep(evaluator, method as KeepingMethod, given);
  return (evaluator[method as ThreadMethod] as (...rest: readonly unknown[]) => Promise<unknown>)(...given);
};

const answer = async (call: ThreadCall): Promise<ThreadNews> => {
  const { id } = call;
  try {
    return { id, value: await perform(call) };
  } catch (error) {
    if (error instanceof Problem) return { id, problem: error.message };
    return { id, fault: error instanceof Error ? error.message : String(error) };
  }
};

port.on('message', (call: ThreadCall) => {
  void answer(call).then(send);
});
