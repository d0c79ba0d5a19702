// Command lines as a page gives them, run in a shell: `npx weft` is this build, and a relay takes a free port where the line says none.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findEnvoy } from "#cli/envoy.ts";
import { type Child, startChild } from "./child.ts";
import { dist } from "./dist.ts";
import type { Children } from "./plane.ts";

export interface Machine {
  /** Its folder, in which commands run one after another or side by side. */
  readonly place: string;
  /** Runs the line, which is one command and the variables before it. */
  run(command: string): Child;
}

/** A folder that stands for somebody's machine. */
export function openMachine(place: string, children: Children): Machine {
  mkdirSync(join(place, "bin"), { recursive: true });
  const npx = join(place, "bin/npx");
  const weft = `exec '${process.execPath}' '${dist("cli")}' "$@"`;
  writeFileSync(
    npx,
    `#!/bin/sh\nshift\ncase "$*" in *--listen*) ;; relay*) set -- "$@" --listen 127.0.0.1:0 ;; esac\n${weft}\n`,
  );
  chmodSync(npx, 0o755);
  const envoy = findEnvoy(process.env)?.path;
  const path = `${join(place, "bin")}:${process.env.PATH ?? ""}`;
  const env = { HOME: place, PATH: path, ...(envoy !== undefined && { WEFT_ENVOY: envoy }) };
  // The command takes the shell's place, so that what ends the one ends the other.
  return {
    place,
    run: (command) => children.track(startChild("env", [`--chdir=${place}`, "sh", "-c", `exec env ${command}`], env)),
  };
}
