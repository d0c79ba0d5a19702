// The control plane of a test: a process of its own with one organisation; and how the processes of a test are started and ended.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kindOfType } from "#model/kinds.ts";
import { type Child, startChild, until } from "./child.ts";
import { dist } from "./dist.ts";
import { placeMigrated } from "./migrated.ts";
import { keptPort } from "./port.ts";
import type { RunningProxy } from "./proxy.ts";

/** A process that can be killed and started again on the same state and port. */
export interface Edge {
  readonly url: string;
  readonly child: Child;
}

/** Processes of one test. */
export interface Children {
  track(child: Child): Child;
  /** Ends those that still run, by SIGTERM. */
  stopAll(): Promise<void>;
  /** The end of a test with proxies, where nobody looks at how they go: they die, and so do those of `childless`. */
  endAll(those: Ending): Promise<void>;
}

export interface Ending {
  readonly proxies: readonly Pick<RunningProxy, "die">[];
  /** What is none of these may have children of its own, and is stopped before them. */
  readonly childless: readonly (Child | undefined)[];
  /** Ends of relays in this process: before the control plane goes. */
  readonly inProcess: readonly (() => Promise<void>)[];
}

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly mesh?: string;
  readonly [field: string]: unknown;
}

export interface TestPlane {
  readonly organisation: string;
  readonly token: string;
  controlPlane(): Edge;
  /** REST inside the organisation; throws with the body unless the status is 2xx. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Applies resources in their wire form, one after another. */
  apply(...resources: readonly Resource[]): Promise<void>;
  remove(path: string): Promise<void>;
  dataplaneToken(mesh: string, name: string): Promise<string>;
  /** Another organisation; its first token. */
  organisationToken(name: string): Promise<string>;
  killControlPlane(): Promise<void>;
  startControlPlane(): Promise<void>;
}

export interface PlaneOptions {
  /** Of the test; its own is `plane` below it. */
  readonly folder: string;
  readonly children: Children;
  /** `warn` unless given. */
  readonly logLevel?: string;
  /** Variables of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where its own address has to be known before it starts; a kept one unless given. */
  readonly port?: number;
}

export function createChildren(): Children {
  const running = new Set<Child>();
  const stop = async (those: readonly Child[], signal?: "SIGKILL"): Promise<void> => {
    await Promise.all(those.map((child) => child.stop(signal)));
  };
  return {
    track(child) {
      running.add(child);
      void child.ended.then(() => running.delete(child));
      return child;
    },
    stopAll: () => stop([...running]),
    async endAll({ proxies, childless, inProcess }) {
      await Promise.all(proxies.map((one) => one.die()));
      await stop([...running].filter((child) => !childless.includes(child)));
      for (const end of inProcess) await end();
      await stop([...running], "SIGKILL");
    },
  };
}

/** A control plane that listens, with the organisation `acme`. Where it fails, what has started is among the children. */
export async function startPlane({
  folder,
  children,
  logLevel,
  env = {},
  port: asked,
}: PlaneOptions): Promise<TestPlane> {
  const organisation = "acme";
  const port = String(asked ?? (await keptPort()));
  placeMigrated(join(folder, "plane"));
  const run = async (): Promise<Edge> => {
    const args = ["--state-dir", join(folder, "plane"), "--port", port, "--private-webhooks"];
    const { child, said } = await startEdge(children, "node", args, {
      ...(logLevel !== undefined && { logLevel }),
      env,
    });
    const url = String(said.url);
    return { url, child };
  };
  let edge = await run();
  const operator = readFileSync(join(folder, "plane/operator.secret"), "utf8").trim();
  const organisationToken = async (name: string): Promise<string> => {
    const created = (await call("POST", `${edge.url}/v1/organisations`, operator, { name })) as {
      readonly token: { readonly token: string };
    };
    return created.token.token;
  };
  const token = await organisationToken(organisation);
  const api = (method: string, path: string, body?: unknown): Promise<unknown> =>
    call(method, `${edge.url}/o/${organisation}/${path}`, token, body);
  return {
    organisation,
    token,
    controlPlane: () => edge,
    api,
    async apply(...resources) {
      for (const one of resources) await api("PUT", pathOf(one), one);
    },
    async remove(path) {
      await api("DELETE", path);
    },
    dataplaneToken: async (mesh, name) => String(await api("POST", "tokens/dataplane", { mesh, name, validFor: "1h" })),
    organisationToken,
    killControlPlane: () => edge.child.stop("SIGKILL"),
    async startControlPlane() {
      edge = await run();
    },
  };
}

export interface EdgeOptions {
  /** The command that runs another one inside a network. */
  readonly enter?: readonly string[];
  /** Of Node itself. */
  readonly flags?: readonly string[];
  /** `warn` unless given. */
  readonly logLevel?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts an edge from its bundle and waits for the line in which it says where it listens. */
export async function startEdge(
  children: Children,
  name: string,
  args: readonly string[],
  { enter = [], flags = [], logLevel = "warn", env = {} }: EdgeOptions = {},
): Promise<{ readonly child: Child; readonly said: Readonly<Record<string, unknown>> }> {
  const words = [...enter, process.execPath, ...flags, dist(name), ...args, "--log-level", logLevel];
  const [command = "", ...rest] = words;
  const child = children.track(startChild(command, rest, env));
  const line = await until(
    `${name} to listen`,
    async () => {
      const ended = await Promise.race([child.ended, Promise.resolve("running")]);
      if (ended !== "running") throw new Error(`${name} ended: ${child.output()}`);
      return /^\{(?!"level").*\}$/m.exec(child.output())?.[0];
    },
    { explain: child.output },
  );
  return { child, said: JSON.parse(line) as Readonly<Record<string, unknown>> };
}

/** REST path of a resource, by the table of kinds. */
function pathOf({ type, mesh = "default", name }: Resource): string {
  const kind = kindOfType(type);
  if (kind === undefined) throw new Error(`no path for ${type}`);
  return kind.scope === "Mesh" ? `meshes/${mesh}/${kind.path}/${name}` : `${kind.path}/${name}`;
}

async function call(method: string, url: string, secret: string, body?: unknown): Promise<unknown> {
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${secret}`, ...json },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return answer.headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : text;
}
