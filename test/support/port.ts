// A port for what cannot choose one itself, or is killed and started again at the same place: outside of those that the kernel gives away.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { take } from "./taken.ts";

const [FIRST, LAST] = [20_000, 29_999];

/** Free at this moment on 127.0.0.1, and given to nobody else of this run. */
export async function keptPort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (!take(`port-${port}`)) continue;
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
