// What the demo needs in its organisation: made once, and never put back when a user has changed or deleted it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Client } from "#api/caller.ts";
import { createClient } from "#api/client.ts";
import type { ChangeBody } from "#api/weft.ts";
import { failureOf } from "#cli/connection.ts";
import { Failure } from "#cli/failure.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { writePrivate } from "#cli/private-file.ts";
import { readTokenFile } from "#cli/token-file.ts";
import { Fault } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";

export const ORGANISATION = "demo";
export const MESH = "default";
export const ZONE = "local";

/** The permission that lets web ask backend. */
export const PERMISSION = "web-to-backend";

const allowWebToBackend = {
  type: "MeshTrafficPermission",
  mesh: MESH,
  name: PERMISSION,
  spec: {
    targetRef: { kind: "Dataplane", labels: { app: "backend" } },
    rules: [{ default: { allow: [{ spiffeID: { type: "Exact", value: `spiffe://${MESH}/web` } }] } }],
  },
} as const;

const meshWithMtls = {
  type: "Mesh",
  name: MESH,
  mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
} as const;

/** In the order in which they are made. */
const SEED: readonly (Record<string, unknown> & { type: string; name: string; mesh?: string })[] = [
  { type: "Zone", name: ZONE },
  meshWithMtls,
  allowWebToBackend,
];

export interface Organisation {
  readonly client: Client;
  readonly tokenFile: string;
  readonly url: string;
}

/** Opens the organisation of an earlier run, or creates it and keeps its token in a file of mode 0600. Throws Failure. */
export async function openOrganisation(
  folder: string,
  controlPlane: string,
  operatorSecret: () => Sealed,
): Promise<Organisation> {
  const tokenFile = join(folder, "demo.token");
  const url = `${controlPlane}/o/${ORGANISATION}`;
  const withToken = (token: Sealed): Organisation => ({
    client: createClient({ url: controlPlane, token, fetch: globalThis.fetch }),
    tokenFile,
    url,
  });
  if (existsSync(tokenFile)) {
    const open = withToken(readTokenFile(tokenFile, "the demo"));
    await open.client.call("whoAmI", { params: { organisation: ORGANISATION } }).catch((thrown: unknown) => {
      throw told(thrown, "the demo's organisation cannot be opened with its token", folder);
    });
    return open;
  }
  const operator = createClient({ url: controlPlane, token: operatorSecret(), fetch: globalThis.fetch });
  const created = await operator
    .call("createOrganisation", { body: { name: ORGANISATION } })
    .catch((thrown: unknown) => {
      throw told(thrown, "the demo's organisation could not be created", folder);
    });
  const { token } = created.token ?? {};
  if (token === undefined) throw new TypeError("the operator's organisation came without its admin token");
  writePrivate(tokenFile, `${token}\n`);
  return withToken(new Sealed(token));
}

/** Zone, mesh and permission, in one change, unless an earlier run has made them. */
export async function seed(folder: string, { client }: Organisation): Promise<void> {
  const marker = join(folder, "seeded");
  if (existsSync(marker)) return;
  const resources = client.resources(ORGANISATION);
  const present = await Promise.all(
    SEED.map(({ type, mesh = "", name }) =>
      resources.get(kindOfWord(type), mesh, name).catch((thrown: unknown) => {
        if (thrown instanceof Fault && thrown.code === "absent") return undefined;
        throw thrown;
      }),
    ),
  );
  const put = SEED.flatMap((resource, index) => {
    const there = present[index];
    if (there === undefined) return [{ resource }];
    // A mesh made before the demo gets its mTLS, and keeps what else it has.
    return resource.type === "Mesh" && there.mtls === undefined ? [{ resource: { ...there, ...meshWithMtls } }] : [];
  });
  const body: ChangeBody = { put, reason: "weft up: the demo" };
  await client.call("createChange", { params: { organisation: ORGANISATION }, body }).catch((thrown: unknown) => {
    throw told(thrown, "the demo's mesh could not be made", folder);
  });
  writePrivate(marker, "The demo's resources have been made. Delete this file to have missing ones made again.\n");
}

/** Writes the file that puts the permission back by `weft apply -f`; its path. */
export function writePermission(folder: string): string {
  const path = join(folder, `${PERMISSION}.yaml`);
  const caption = "# Lets the demo's web ask backend. weft up writes this file at each start.\n";
  writePrivate(path, caption + stringify(allowWebToBackend), 0o644);
  return path;
}

/** How long a demo's dataplane token holds; a start makes new ones. */
const TOKEN_HOURS = 720;

/** The token with which one of the demo's proxies joins. */
export function demoToken(
  { client }: Organisation,
  { name, service }: { readonly name: string; readonly service: string },
): Promise<string> {
  return client.call("createDataplaneToken", {
    params: { organisation: ORGANISATION },
    body: { name, mesh: MESH, tags: { "kuma.io/service": [service] }, type: "dataplane", validFor: `${TOKEN_HOURS}h` },
  });
}

/** Whether the permission stands, whatever it says now. */
export async function hasPermission({ client }: Organisation): Promise<boolean> {
  try {
    await client.resources(ORGANISATION).get(kindOfWord("MeshTrafficPermission"), MESH, PERMISSION);
    return true;
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === "absent") return false;
    throw thrown;
  }
}

function told(thrown: unknown, what: string, folder: string): unknown {
  if (!(thrown instanceof Fault)) return thrown;
  const failure = failureOf(thrown, what, folder);
  if (thrown.code !== "conflict" && thrown.code !== "unauthenticated") return failure;
  return new Failure(
    failure.exit,
    { ...failure.parts, fix: `demo.token there is missing or old: put it back, or start anew by removing ${folder}` },
    thrown,
  );
}
