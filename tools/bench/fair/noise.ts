// The noisy organisation's callers: each writes again as soon as it is answered. Run in a process of their own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { constants, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
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

export interface Noising {
  go(): void;
  /** Resolves when all are answered. */
  rest(): Promise<void>;
  end(): Promise<Noised>;
}

const ROLE = "fair-noise";

/**
 * The noise's clients have a process of their own, which gives way to the quiet one's and to the control plane where there is no
 * core left: what is asked is how fair the control plane is, not the machine.
 */
export function startNoise(noise: Noise): Noising {
  const child = fork(fileURLToPath(import.meta.url), [ROLE, JSON.stringify(noise)]);
  setPriority(child.pid as number, constants.priority.PRIORITY_LOW);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the noise's process ended with ${code}`);
  });
  ended.catch(() => undefined);
  const ask = async (what: string): Promise<unknown> => {
    const told = once(child, "message");
    child.send(what);
    const [answer] = await Promise.race([told, ended]);
    return answer;
  };
  return {
    go: () => void child.send("go"),
    rest: async () => void (await ask("rest")),
    async end() {
      const noised = await ask("end");
      child.disconnect();
      return noised as Noised;
    },
  };
}

/** Is the noise, where this process was started for it. */
export async function beNoise(): Promise<void> {
  const [, , role, asked = ""] = process.argv;
  if (role !== ROLE) return;
  const noise = JSON.parse(asked) as Noise;
  const agent = new Agent({ keepAlive: true, maxSockets: noise.callers });
  let [written, refused, isOver] = [0, 0, true];
  let under: Promise<unknown> = Promise.resolve();
  const turns = Array.from({ length: noise.callers }, () => 0);
  /** Each write selects every proxy: each is compiled anew. */
  const call = async (caller: number): Promise<void> => {
    while (!isOver) {
      const turn = (turns[caller] ?? 0) + 1;
      turns[caller] = turn;
      const connectionTimeout = `${1000 + turn}ms`;
      const answer = await writeTimeout(agent, noise, `noise-${caller}`, { connectionTimeout });
      if (answer.status === 429) {
        refused++;
        await sleep(answer.retryAfter * 1000);
      } else if (answer.status > 201) throw new Error(`${answer.status} ${answer.text}`);
      else written++;
    }
  };
  const on = async (what: string): Promise<void> => {
    isOver = what !== "go";
    if (!isOver) under = Promise.all(turns.map((_, caller) => call(caller)));
    await under;
    if (what === "rest") process.send?.({});
    if (what !== "end") return;
    process.send?.({ written, refused } satisfies Noised);
    agent.destroy();
  };
  process.on("message", (what) => void on(String(what)));
  await once(process, "disconnect");
}
