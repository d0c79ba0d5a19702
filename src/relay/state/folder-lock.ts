// The lock of a state folder: one relay at a time, told by a socket in it that only a living process answers.
import { open, rm, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "#model/fault.ts";
import { type Log, reasonOf } from "#relay/log.ts";

/** The socket's name in the folder. */
export const LOCK_FILE = "relay.lock";

export interface FolderLock {
  /** Gives the folder free; a second call does nothing. */
  release(): Promise<void>;
}

export interface LockOptions {
  readonly log: Log;
  /** How long another relay that is about to end is waited for; milliseconds. */
  readonly patience?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** A relay that is asked to stop ends its streams and connections, and takes leave of the control plane, in less. */
const PATIENCE = 10_000;
const PAUSE = 100;
/** A holder that takes the connection and says nothing in so long hangs, and holds the folder all the same; milliseconds. */
const ANSWER = 1000;
/** A socket younger than this may be about to listen. */
const YOUNG = 1000;
/** Whoever removes remains holds this, and never for so long. */
const GUARD_FILE = ".tmp-lock";
const ABANDONED = 10_000;
/** What bind(2) says where the file system has no sockets: some shared folders of virtual machines. */
const NO_SOCKETS = new Set(["EOPNOTSUPP", "ENOTSUP", "EPERM", "ENOSYS", "EINVAL"]);

/**
 * Locks the folder, which must be there, until `release` or the end of the process, however that comes: the kernel closes the
 * socket, and what is left of it is taken over. Fault `conflict` where another relay goes on with it, saying which.
 */
export async function lockFolder(
  folder: string,
  { log, patience = PATIENCE, signal }: LockOptions,
): Promise<FolderLock> {
  const deadline = performance.now() + patience;
  for (let told = false; ; ) {
    const taken = await tryLock(folder, log);
    if ("release" in taken) return taken;
    if (performance.now() > deadline || signal?.aborted) throw busy(folder, taken.holder);
    if (!told) log("warn", "another relay has the state folder; waiting for its end", { folder, holder: taken.holder });
    told = true;
    await sleep(PAUSE);
  }
}

async function tryLock(folder: string, log: Log): Promise<FolderLock | { readonly holder: string }> {
  const place = await openPlace(folder);
  try {
    for (;;) {
      const bound = await bind(place.path);
      if (typeof bound !== "string") return { release: releasing(bound, place.close) };
      if (NO_SOCKETS.has(bound)) {
        log("warn", "the state folder's file system has no sockets, so nothing keeps a second relay from it", {
          folder,
        });
        return { release: releasing(null, place.close) };
      }
      if (bound !== "EADDRINUSE") throw new Error(`The state folder ${folder} cannot be locked: ${bound}`);
      const holder = await ask(place.path);
      if (holder !== null) {
        await place.close();
        return { holder };
      }
      if (!(await removeRemains(place.path))) await sleep(PAUSE / 2);
    }
  } catch (error) {
    await place.close();
    throw error;
  }
}

/** A socket's path has at most 107 bytes: by the open folder it is short, however long the folder's is. */
async function openPlace(folder: string): Promise<{ readonly path: string; close(): Promise<void> }> {
  const path = join(folder, LOCK_FILE);
  if (Buffer.byteLength(path) <= 100 || process.platform !== "linux") return { path, close: async () => undefined };
  const handle = await open(folder, "r");
  return { path: `/proc/self/fd/${handle.fd}/${LOCK_FILE}`, close: () => handle.close().catch(() => undefined) };
}

/** The listening socket, or the system's code of why there is none. */
function bind(path: string): Promise<Server | string> {
  const since = new Date().toISOString();
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(`process ${process.pid} on ${hostname()}, since ${since}`);
  });
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? reasonOf(error)));
    server.listen(path, () => {
      // It must not keep a process alive that has nothing else to do.
      server.unref();
      resolve(server);
    });
  });
}

/** What the holder says of itself; null where nobody listens. */
function ask(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = "";
    let isThere = false;
    const timer = setTimeout(() => socket.destroy(), ANSWER);
    socket.setEncoding("utf8").on("data", (part: string) => {
      text = (text + part).slice(0, 200);
    });
    socket.on("connect", () => {
      isThere = true;
    });
    // A full queue of connections is a holder, too.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      isThere ||= error.code === "EAGAIN" || error.code === "EACCES";
    });
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(isThere ? text || "a process that does not answer" : null);
    });
  });
}

/**
 * Takes away what a dead relay left; false where it is to be looked at again. One process at a time: only remains are taken
 * away, nobody binds while they are there, and so what is asked once more is what is removed.
 */
async function removeRemains(path: string): Promise<boolean> {
  if (!(await isOlder(path, YOUNG))) return false;
  const guard = `${path.slice(0, -LOCK_FILE.length)}${GUARD_FILE}`;
  const held = await open(guard, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return null;
    throw error;
  });
  if (held === null) {
    // Killed in the middle of this: nobody else takes so long.
    if (await isOlder(guard, ABANDONED)) await rm(guard, { force: true });
    return false;
  }
  try {
    // In this order: what is old after nobody answered is what did not answer, and no newcomer that is about to listen.
    if ((await ask(path)) !== null || !(await isOlder(path, YOUNG))) return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await held.close();
    await rm(guard, { force: true });
  }
}

/** Whether it is there and was made longer ago. A clock that was set back makes nothing young for ever. */
async function isOlder(path: string, milliseconds: number): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Math.abs(Date.now() - mtimeMs) > milliseconds,
    () => false,
  );
}

function releasing(server: Server | null, close: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    // Closing takes the socket's file away as well.
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
    await close();
  };
  return () => {
    ended ??= end();
    return ended;
  };
}

function busy(folder: string, holder: string): Fault {
  return new Fault(
    "conflict",
    `The state folder ${folder} is in use by another relay: ${holder}. ` +
      "Each relay has a folder of its own (--state) and enrols with a token of its own (weft zone create); or end that process first",
  );
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
