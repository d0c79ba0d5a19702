// The noisy organisation's callers: each writes again as soon as it is answered. Run in a process of their own.
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Writer, writeTimeout } from "./call.ts";

export interface Noise extends Writer {
  readonly callers: number;
}

/** What came of it. */
export interface Noised {
  readonly written: number;
  /** Answered with 429: it waits as long as it is told. */
  readonly refused: number;
}

/** Writes until `ended` resolves. Each write selects every proxy: each is compiled anew. */
export async function makeNoise(noise: Noise, ended: Promise<void>): Promise<Noised> {
  const agent = new Agent({ keepAlive: true, maxSockets: noise.callers });
  let [written, refused, over] = [0, 0, false];
  void ended.then(() => {
    over = true;
  });
  const call = async (caller: number): Promise<void> => {
    for (let turn = 0; !over; turn++) {
      const connectionTimeout = `${1000 + turn}ms`;
      const answer = await writeTimeout(agent, noise, `noise-${caller}`, { connectionTimeout });
      if (answer.status === 429) {
        refused++;
        await sleep(answer.retryAfter * 1000);
      } else if (answer.status > 201) throw new Error(`${answer.status} ${answer.text}`);
      else written++;
    }
  };
  await Promise.all(Array.from({ length: noise.callers }, (_, caller) => call(caller)));
  agent.destroy();
  return { written, refused };
}
