// A client of the control plane for its operator; faults come back as failures.
import { resolve } from "node:path";
import type { Client } from "#api/caller.ts";
import { createClient } from "#api/client.ts";
import { Fault } from "#model/fault.ts";
import type { Invocation } from "./command.ts";
import { failureOf } from "./connection.ts";
import { deedsOf } from "./deeds.ts";
import { Failure, usage } from "./failure.ts";
import { progress, type Tell } from "./progress.ts";
import { readTokenFile } from "./token-file.ts";

export interface OperatorOptions {
  readonly controlPlane: string;
  readonly operatorSecretFile: string;
}

export const OPERATOR_OPTIONS = [
  { flags: "--control-plane <url>", help: "address of the control plane", required: true },
  { flags: "--operator-secret-file <file>", help: "file with the operator's secret", required: true },
] as const;

const WRONG_SECRET =
  "name operator.secret of the control plane's state folder: weft serve prints its path when it starts; weft up has it in .weft/control-plane";

export interface OperatorConnection {
  /** Runs calls, tells the user when they take long, and turns a Fault into a Failure that says `what`. */
  ask<T>(what: string, work: (client: Client, tell: Tell) => Promise<T>): Promise<T>;
}

/** Throws Failure where the URL is none, or the secret's file cannot be read. */
export function connectOperator({
  options,
  terminal,
  signal,
  cwd,
}: Pick<Invocation<OperatorOptions>, "options" | "terminal" | "signal" | "cwd">): OperatorConnection {
  const { controlPlane, operatorSecretFile } = options;
  if (!URL.canParse(controlPlane)) throw usage(`--control-plane ${controlPlane} is no URL`, "write https://host");
  const token = readTokenFile(resolve(cwd, operatorSecretFile), "--operator-secret-file");
  const deeds = deedsOf(globalThis.fetch, signal);
  const client = createClient({ url: controlPlane, token, fetch: deeds.fetch });
  return {
    ask: (what, work) =>
      progress(terminal, `waiting for ${controlPlane}`, (tell) => work(client, tell)).catch((thrown: unknown) => {
        if (signal.aborted && !(thrown instanceof Failure)) throw deeds.stopped();
        if (!(thrown instanceof Fault)) throw thrown;
        const { exit, parts } = failureOf(thrown, what, controlPlane);
        throw new Failure(exit, { ...parts, ...(exit === "unauthenticated" && { fix: WRONG_SECRET }) }, thrown);
      }),
  };
}
