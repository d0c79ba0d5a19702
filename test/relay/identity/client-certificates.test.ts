// Client certificates at a relay: asked for once, sealed on disk, there while the control plane is away.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { type ClientCertificates, openClientCertificates } from "#relay/identity/client-certificates.ts";
import { openDiskKey, openVault } from "#relay/state/vault.ts";
import { createKey, importPrivateKey } from "#trust/key.ts";
import { sealToRelay } from "#trust/relay-seal.ts";

const enrolment = { tenant: "acme", zone: "east", relay: "r1" };
const own = await createKey("agree");
const key = await importPrivateKey("agree", own.privateKey);
const ONE = "client_cert:secret:default:MeshExternalService:one:1";
const TWO = "client_cert:secret:default:MeshExternalService:two:1";

let folder: string;
let asked: string[][];
let away: boolean;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-clients-"));
  asked = [];
  away = false;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function open(onChange = () => {}): Promise<ClientCertificates> {
  return openClientCertificates({
    vault: await openVault(join(folder, "clients"), "clients", await openDiskKey(folder)),
    client: {
      async secrets({ names }) {
        if (away) throw new Error("away");
        asked.push([...names]);
        const secrets = names.map(async (name) => {
          if (name === TWO) return { name, refused: "no proxy of this zone uses it" };
          const content = new Sealed(JSON.stringify({ chain: `chain of ${name}`, key: "the private key" }));
          return { name, sealed: await sealToRelay(own.publicJwk, { ...enrolment, name }, content) };
        });
        return { secrets: await Promise.all(secrets) };
      },
    },
    enrolment,
    key,
    log: () => {},
    stopping: new AbortController().signal,
    onChange,
  });
}

describe("a client certificate", () => {
  test("is asked for once, and told of when it is here", async () => {
    let changes = 0;
    const clients = await open(() => changes++);
    expect(clients.find(ONE)).toBeUndefined();
    await clients.keep(new Set([ONE]));
    await clients.keep(new Set([ONE]));
    expect([asked, changes]).toEqual([[[ONE]], 1]);
    expect(clients.find(ONE)).toMatchObject({ chainPem: `chain of ${ONE}` });
    expect(clients.find(ONE)?.keyPem.reveal()).toBe("the private key");
  });

  test("outlives a restart while the control plane is away; its key lies on disk sealed alone", async () => {
    await (await open()).keep(new Set([ONE]));
    away = true;
    const again = await open();
    await again.keep(new Set([ONE, TWO]));
    expect(again.find(ONE)?.keyPem.reveal()).toBe("the private key");
    const files = readdirSync(join(folder, "clients"));
    expect(files).toHaveLength(1);
    expect(readFileSync(join(folder, "clients", files[0] as string), "utf8")).not.toContain("private key");
  });

  test("is forgotten when nothing names it any more, but not while another is still to come", async () => {
    const clients = await open();
    await clients.keep(new Set([ONE]));
    await clients.keep(new Set([TWO]));
    expect(clients.find(ONE)).toBeDefined();
    await clients.keep(new Set());
    expect(clients.find(ONE)).toBeUndefined();
    expect(readdirSync(join(folder, "clients"))).toEqual([]);
  });
});
