import type { Contestant, Peer, PeerName, Prepared } from './bench';
import type { Jax } from './peers/jax';
import type { Ours } from './peers/ours';
import type { Tfjs } from './peers/tfjs';

/** The libraries of one run. Those that are not there do not take part. */
export interface Peers {
  readonly ours: Ours;
  readonly 'jax-js'?: Jax;
  readonly tfjs?: Tfjs;
}

export const peerOf = (peers: Peers, name: PeerName): Peer | undefined => peers[name];

/** Uploads a contestant's operands; nothing when its library does not take part. */
export function prepare(contestant: Contestant, peers: Peers): Promise<Prepared> | Prepared | undefined {
  if (contestant.peer === 'ours') return contestant.prepare(peers.ours);
  if (contestant.peer === 'tfjs') return peers.tfjs && contestant.prepare(peers.tfjs);
  return peers['jax-js'] && contestant.prepare(peers['jax-js']);
}
