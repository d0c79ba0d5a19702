// status.json of a running proxy: what `weft up` and `weft inspect proxy` read.
import { readFileSync } from "node:fs";
import { writePrivate } from "#cli/private-file.ts";
import type { ProxyKind } from "#model/proxy-kind.ts";
import type { ProxyState } from "./supervise.ts";

export interface ProxyStatus {
  readonly type: ProxyKind;
  /** Empty for a zone's ingress or egress. */
  readonly mesh: string;
  readonly name: string;
  /** Path of the binary. */
  readonly envoy: string;
  readonly state: ProxyState;
  readonly admin: string | null;
  /** Of `weft proxy run`. */
  readonly pid: number;
  readonly envoyPid: number | null;
  readonly restarts: number;
}

/** Writes the changing part beside the fixed one. */
export function statusFile(
  path: string,
  fixed: Pick<ProxyStatus, "type" | "mesh" | "name" | "envoy">,
): { write(now: Omit<ProxyStatus, "type" | "mesh" | "name" | "envoy">): void } {
  return { write: (now) => writePrivate(path, `${JSON.stringify({ ...fixed, ...now }, null, 2)}\n`) };
}

/** Undefined when it is not there yet. */
export function readStatus(path: string): ProxyStatus | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ProxyStatus;
  } catch {
    return undefined;
  }
}
