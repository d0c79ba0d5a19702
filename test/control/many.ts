// Many meshes in one organisation, and many organisations in one deployment, made by the control floor itself.
import { tokenKeyName } from "#control/secret/name.ts";
import { createTokenKeyPem } from "#control/token/key.ts";
import { type Body, mtlsMesh, type Org, type Plane, secret, signUp } from "./harness.ts";

/** Meshes of one change, so that five and fifty are made by as many. */
const TOGETHER = 200;
/** Sign-ups at once: D1's stand-in gives up where two hundred wait for it. */
const AT_ONCE = 8;

/**
 * Adds meshes `mesh-0` … with mTLS, each with a proxy `web-1` that calls `db-1`, in the zone east; all is published. They
 * bring their token keys along: a mesh that brings none is given one, an RSA key that takes a tenth of a second.
 */
export async function addMeshes(org: Org, count: number): Promise<void> {
  const pem = (await createTokenKeyPem()).reveal();
  for (let from = 0; from < count; from += TOGETHER) {
    const names = Array.from({ length: Math.min(TOGETHER, count - from) }, (_, at) => `mesh-${from + at}`);
    await org.apply(names.flatMap((name) => [mtlsMesh(name), secret(tokenKeyName(name, 1), pem, name)]));
    await org.apply(names.flatMap((name) => [proxy(name, "web", ["db"]), proxy(name, "db", [])]));
    await org.settle();
  }
}

function proxy(mesh: string, service: string, called: readonly string[]): Body {
  return {
    ...{ type: "Dataplane", mesh, name: `${service}-1`, labels: { "kuma.io/zone": "east" } },
    networking: {
      address: "10.0.0.1",
      inbound: [{ port: 8080, tags: { "kuma.io/service": service, "kuma.io/protocol": "http" } }],
      outbound: called.map((name, at) => ({ port: 10_001 + at, tags: { "kuma.io/service": name } })),
    },
  };
}

/** Adds organisations that nobody has written to yet, some at a time; `told` hears how many there are. */
export async function addOrganisations(
  plane: Plane,
  from: number,
  to: number,
  told: (count: number) => void = () => {},
): Promise<readonly Org[]> {
  const made: Org[] = [];
  for (let at = from; at < to; at += AT_ONCE) {
    const names = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, more) => `org-${at + more}`);
    made.push(...(await Promise.all(names.map((name) => signUp(plane, name)))));
    told(from + made.length);
  }
  return made;
}
