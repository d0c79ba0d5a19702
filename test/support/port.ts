// A port for what cannot choose one itself, or is killed and started again at the same place: outside of those that the kernel gives away.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const [FIRST, LAST] = [20_000, 29_999];

/** Free at this moment on 127.0.0.1, and given by chance, so that files that run at once seldom meet. */
export async function keptPort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
