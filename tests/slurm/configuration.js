import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** @returns {Promise<number>} a port of this machine that nobody has now */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/**
 * A new folder with the configuration of a Slurm of one node, this machine, run by whoever starts it.
 * @returns {Promise<{ folder: string; file: string; socket: string; node: string }>}
 */
export const writeConfiguration = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
  chmodSync(folder, 0o755);
  const node = hostname().split('.')[0] ?? 'node';
  const user = userInfo().username;
  const socket = join(folder, 'munge.socket');
  const file = join(folder, 'slurm.conf');
  for (const each of ['state', 'spool']) mkdirSync(join(folder, each));
  writeFileSync(join(folder, 'munge.key'), randomBytes(128), { mode: 0o400 });
  writeFileSync(
    file,
    `ClusterName=test
SlurmctldHost=${node}(127.0.0.1)
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${socket}
SlurmctldPort=${await freePort()}
SlurmdPort=${await freePort()}
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2
ReturnToService=2
JobRequeue=1
MinJobAge=86400
NodeName=${node} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:2
`,
  );
  return { folder, file, socket, node };
};
