// A named pipe that Envoy writes lines to, read without ever blocking the loop or leaving Envoy without a reader.
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";

export interface NamedPipe {
  close(): void;
}

/** A line longer than this is cut off and dropped: nothing that Envoy logs is. */
const LONGEST_LINE = 1_048_576;

/**
 * Makes the pipe anew and calls `onLine` for each line, without its end. Opened for reading and writing: so it has a reader
 * before Envoy opens it (which would wait for one), and no end when Envoy closes it. Throws where no pipe can be made.
 */
export function openNamedPipe(path: string, onLine: (line: string) => void): NamedPipe {
  rmSync(path, { force: true });
  const made = spawnSync("mkfifo", ["-m", "600", path], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.error?.message ?? made.stderr.trim());
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  let socket: Socket;
  try {
    socket = new Socket({ fd, readable: true, writable: false });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) rest = "";
    for (const line of lines) if (line !== "") onLine(line);
  });
  // A pipe that fails is closed by then; nothing more comes of it.
  socket.on("error", () => {});
  return {
    close() {
      socket.destroy();
      rmSync(path, { force: true });
    },
  };
}
