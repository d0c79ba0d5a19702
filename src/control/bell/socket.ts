// Relays' connections to the bell, whoever keeps them: who may have one, what is sent over them, and what ends them.
import { CLOSINGS, type Closing, PING, PONG, ringText } from "#api/bell.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { overBell } from "#model/limit/over.ts";
import type { Position } from "#model/position.ts";

/** One end of a WebSocket. Both may throw where it is closed already. */
export interface BellSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** Fault `too-many` where an organisation that has so many connections takes no further one. */
export function refuseCrowd(count: number): void {
  const most = LIMITS["bell-relays"].most.free;
  if (count >= most) throw overBell(most);
}

/** Tells each; one that is closing hears of it by its next poll. */
export function ringAll(sockets: Iterable<BellSocket>, position: Position): void {
  const text = ringText(position);
  for (const socket of sockets) quietly(() => socket.send(text));
}

/** Ends each. */
export function closeAll(sockets: Iterable<BellSocket>, closing: Closing): void {
  const { code, reason } = CLOSINGS[closing];
  for (const socket of sockets) quietly(() => socket.close(code, reason));
}

/** What a relay says: a ping is answered, all else ends its connection. Whether it was a ping. */
export function answerRelay(socket: BellSocket, said: unknown): boolean {
  if (said !== PING) closeAll([socket], "noise");
  else quietly(() => socket.send(PONG));
  return said === PING;
}

function quietly(use: () => void): void {
  try {
    use();
  } catch {
    // It has closed a moment ago: nobody is there to be told.
  }
}
