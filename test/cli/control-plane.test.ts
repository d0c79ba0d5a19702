// Commands against a real control plane: what users see, and what programs get.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { valuesFor } from "#cli/completion/values.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const plane = planeOfFile();

/** A new organisation, and `weft` speaking to it. */
async function organisation(name: string) {
  const out = join(tempFolder(), "admin.token");
  const made = await run([
    "organisation",
    "create",
    name,
    "--control-plane",
    plane.url,
    "--operator-secret-file",
    plane.operatorSecretFile,
    "--out",
    out,
  ]);
  expect(made.err).toBe(`Organisation ${name} is at ${plane.url}/o/${name}. Its admin token is not shown again.\n`);
  expect([made.code, made.out]).toEqual([0, `${out}\n`]);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const weft = (argv: readonly string[], input = "") =>
    run([...argv, "--url", `${plane.url}/o/${name}`, "--token-file", out], { input });
  return { weft, tokenFile: out };
}

/** A relay's public key, as it enrols with. */
async function publicKey(use: string): Promise<object> {
  const algorithm = { name: use === "sign" ? "ECDSA" : "ECDH", namedCurve: "P-256" };
  const usages = use === "sign" ? (["sign", "verify"] as const) : (["deriveBits"] as const);
  const { publicKey: key } = await crypto.subtle.generateKey(algorithm, true, usages);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
  return { kty, crv, x, y };
}

const MESH = "type: Mesh\nname: default\nmtls:\n  enabledBackend: ca-1\n  backends: [{ name: ca-1, type: builtin }]\n";
const DATAPLANE =
  "---\ntype: Dataplane\nmesh: default\nname: web-1\nnetworking:\n  address: 10.0.0.1\n  inbound:\n    - port: 80\n      tags: { kuma.io/service: web }\n";

test("resources: applied, listed in every form, shown, deleted", async () => {
  const { weft } = await organisation("resources");
  expect((await weft(["zone", "create", "east"])).code).toBe(0);
  const applied = await weft(["apply", "-f", "-"], MESH + DATAPLANE);
  expect(applied.err).toMatch(/^Revision \d+\.\n$/);
  expect(applied.out).toBe("created Mesh default\ncreated Dataplane web-1 in mesh default\n");
  expect((await weft(["apply", "-f", "-"], MESH)).out).toBe("unchanged Mesh default\n");

  const table = await weft(["get", "dp"]);
  expect(table.out).toMatch(
    /^NAME {3}ADDRESS {3}SERVICE {2}ONLINE {2}ENVOY {2}AGE\nweb-1 {2}10\.0\.0\.1 {2}web {6}no {13}\d+s\n$/,
  );
  expect((await weft(["get", "meshes"])).out).toMatch(
    /^NAME {5}MTLS {2}MESHSERVICES {2}AGE\ndefault {2}ca-1 {2}Disabled {6}\d+s\n$/,
  );
  expect((await weft(["get", "Dataplanes", "-o", "name"])).out).toBe("Dataplane/web-1\n");
  const json = JSON.parse((await weft(["get", "dataplane", "--all", "-o", "json"])).out);
  expect(json).toMatchObject({ total: 1, items: [{ type: "Dataplane", mesh: "default", name: "web-1" }] });

  const yaml = await weft(["get", "dataplane", "web-1", "-o", "yaml"]);
  expect(yaml.out).toContain("networking:\n  address: 10.0.0.1\n");
  const again = await weft(["apply", "-f", "-"], yaml.out);
  expect([again.code, again.out], "what get prints can be applied").toEqual([
    0,
    "unchanged Dataplane web-1 in mesh default\n",
  ]);

  const { revision } = JSON.parse((await weft(["history", "-o", "json", "--size", "1"])).out).items[0];
  const removed = await weft(["delete", "dataplane", "web-1"]);
  expect([removed.out, removed.err]).toEqual([
    "deleted Dataplane web-1 in mesh default\n",
    `Revision ${revision + 1}.\n`,
  ]);
  const gone = await weft(["get", "dataplane", "web-1"]);
  expect([gone.code, gone.out]).toEqual([5, ""]);
  expect(gone.err).toContain("weft: Dataplane web-1 could not be read\n");
  const none = await weft(["get", "dataplanes"]);
  expect([none.code, none.out, none.err]).toEqual([0, "", "There are no Dataplanes in mesh default.\n"]);
});

test("a change whose second resource is refused writes nothing, and names its line", async () => {
  const { weft } = await organisation("atomic");
  const ran = await weft(["apply", "-f", "-"], `${MESH}${DATAPLANE}`);
  expect([ran.code, ran.out]).toEqual([7, ""]);
  expect(ran.err).toMatch(/<stdin>:\d+ \(document 2\): /);
  expect(ran.err).toContain("weft: the change was refused; nothing was written\n");
  expect((await weft(["get", "meshes", "-o", "name"])).out).toBe("");
});

test("tokens: created once, scoped, listed without secrets, revoked", async () => {
  const { weft, tokenFile } = await organisation("tokens");
  await weft(["apply", "-f", "-"], MESH);
  const created = await weft(["token", "create", "ci", "--scope", "read", "--valid-for", "1h"]);
  const token = created.out.trim();
  expect(token).toMatch(/^weft_api_/);
  const id = /^Token (\S+) holds until /.exec(created.err)?.[1] ?? "";
  const asReader = (argv: readonly string[]) =>
    run([...argv, "--url", `${plane.url}/o/tokens`], { env: { WEFT_TOKEN: token } });
  expect((await asReader(["get", "meshes", "-o", "name"])).out).toBe("Mesh/default\n");
  const refused = await asReader(["delete", "mesh", "default", "--yes"]);
  expect(refused.code).toBe(4);
  expect(refused.err).toContain(
    "why    The caller's scopes (read) do not allow to delete Mesh: it takes write. Who has the scope admin gives it: to a member by a role, to a program by weft token create NAME --scope write\n",
  );
  expect(refused.err).toContain("fix    use a token whose scopes allow it");
  const elsewhere = await weft(["token", "create", "x", "-s", "write@nowhere"]);
  expect([elsewhere.code, elsewhere.out]).toEqual([7, ""]);
  expect(elsewhere.err).toContain('scopes[0]: write@nowhere: there is no zone "nowhere"; there is none yet\n');

  const listed = await weft(["token", "list"]);
  expect(listed.out).toMatch(new RegExp(`^${id} +ci +read +valid `, "m"));
  expect(listed.out).not.toContain(token);
  expect((await weft(["token", "revoke", id])).out).toBe(`revoked token ${id}\n`);
  expect((await weft(["token", "list"])).out).toMatch(new RegExp(`^${id} +ci +read +revoked `, "m"));
  expect((await asReader(["get", "meshes"])).code).toBe(3);
  expect((await weft(["token", "revoke", "nope"])).code).toBe(5);
  const wrong = await weft(["token", "create", "x", "--scope", "everything"]);
  expect(wrong.code).toBe(2);
  expect((await weft(["token", "create", "x", "--scope", "raed"])).err).toContain("did you mean read?");
  expect(wrong.err + listed.err).not.toContain(readFileSync(tokenFile, "utf8").trim());
});

test("a token of another organisation is refused", async () => {
  const { tokenFile } = await organisation("one");
  await organisation("two");
  const ran = await run(["get", "meshes", "--url", `${plane.url}/o/two`, "--token-file", tokenFile]);
  // 404: whether there is such an organisation is nobody else's business.
  expect([ran.code, ran.out]).toEqual([5, ""]);
});

test("zones: created with the one command that starts a relay, listed with their relays", async () => {
  const { weft } = await organisation("zones");
  const created = await weft(["zone", "create", "east"]);
  expect(created.out).toMatch(
    new RegExp(
      `^WEFT_ENROLMENT_TOKEN=weft_enrolment_\\S+ weft relay --control-plane ${plane.url} --organisation zones --zone east --state \\./relay-east(?: --listen 127.0.0.1:\\d+)?\\n$`,
    ),
  );
  expect(created.err).toContain("Created zone east.");
  expect((await weft(["zone", "create", "east"])).err).toContain(
    "There was already a zone east. This makes one more relay of it, at the same place; another place wants a zone of its own, under another name. Start",
  );
  expect((await weft(["zone", "list"])).out).toMatch(
    /^NAME {2}ENABLED {2}RELAY {2}STATE {2}LAST CONTACT {2}ADDRESS {2}ENROLLED {2}SEQUENCE {2}PROXIES {2}REPORTED {2}LASTS ALONE\neast {2}yes {6}none\n$/,
  );
  expect((await weft(["zone", "create", "EAST"])).code).toBe(7);

  const keys = await Promise.all(["sign", "agree"].map(publicKey));
  const token = /WEFT_ENROLMENT_TOKEN=(\S+)/.exec(created.out)?.[1];
  const enrolled = await fetch(`${plane.url}/v1/zone/enrol`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, signingKey: keys[0], encryptionKey: keys[1] }),
  });
  const { relay } = (await enrolled.json()) as { relay: string };
  expect((await weft(["zone", "list"])).out).toMatch(
    new RegExp(`^east {2}yes {6}${relay} {2}online {2}\\d+s +\\d+s `, "m"),
  );
  const listed = JSON.parse((await weft(["zone", "list", "-o", "json"])).out);
  expect(listed.items[0].relays).toMatchObject([
    {
      id: relay,
      revoked: false,
      online: true,
      leftAt: null,
      way: null,
      lastContact: expect.any(String),
      address: "",
      delivery: null,
      answers: null,
      issuesUntil: null,
    },
  ]);
  expect((await weft(["zone", "list", "-o", "name"])).out).toBe("east\n");
  expect((await weft(["delete", "zone", "east", "--yes"])).code, "while its relay is enrolled").toBe(7);
  expect((await weft(["zone", "revoke-relay", "east", relay])).out).toBe(`revoked relay ${relay}\n`);
  expect((await weft(["zone", "list"])).out).toMatch(new RegExp(`^east {2}yes {6}${relay} {2}revoked `, "m"));
  expect((await weft(["zone", "revoke", "east"])).out).toBe(`revoked zone east with relays ${relay}\n`);
  expect((await weft(["delete", "zone", "east", "--yes"])).out).toBe("deleted Zone east\n");
  await weft(["zone", "create", "west"]);
  expect((await weft(["zone", "revoke", "west"])).out).toBe("revoked zone west with no relay\n");
  expect((await weft(["zone", "revoke", "nosuch"])).code).toBe(5);
  expect((await weft(["certificate", "list"])).err).toContain("No certificate has been issued.");
  expect((await weft(["certificate", "issuers"])).err).toContain("Nothing signs certificates");
});

test("dataplane tokens are JWTs, or a private file", async () => {
  const { weft } = await organisation("dataplanes");
  await weft(["apply", "-f", "-"], MESH);
  const created = await weft(["dataplane-token", "create", "--name", "web-1", "--tag", "kuma.io/service=web,api"]);
  expect(created.err).toBe("");
  const claims = JSON.parse(Buffer.from(created.out.split(".")[1]!, "base64url").toString("utf8"));
  expect(claims).toMatchObject({ Name: "web-1", Mesh: "default", Tags: { "kuma.io/service": ["web", "api"] } });
  expect(claims.exp - claims.iat).toBeLessThanOrEqual(24 * 3600 + 5);
  const out = join(tempFolder(), "web-1.token");
  expect((await weft(["dataplane-token", "create", "--name", "web-1", "--out", out])).out).toBe(`${out}\n`);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const unknown = await weft(["dataplane-token", "create", "-m", "nope"]);
  expect(unknown.code).toBe(7);
});

test("zone tokens are JWTs, or a private file; an unknown zone or scope is refused", async () => {
  const { weft } = await organisation("zone-tokens");
  await weft(["zone", "create", "east"]);
  const created = await weft(["zone-token", "create", "--zone", "east"]);
  expect(created.err).toBe("");
  const claims = (text: string) => JSON.parse(Buffer.from(text.split(".")[1]!, "base64url").toString("utf8"));
  expect(claims(created.out)).toMatchObject({ Zone: "east", Scope: ["ingress", "egress"] });
  const out = join(tempFolder(), "east.token");
  const kept = await weft(["zone-token", "create", "--zone", "east", "--scope", "egress", "--out", out]);
  expect(kept.out).toBe(`${out}\n`);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(claims(readFileSync(out, "utf8"))).toMatchObject({ Scope: ["egress"] });
  expect((await weft(["get", "global-secrets"])).out).toContain("zone-token-signing-key-1");
  const unknown = await weft(["zone-token", "create", "--zone", "north"]);
  expect([unknown.code, unknown.out]).toEqual([7, ""]);
  expect(unknown.err).toContain(
    '         zone: there is no zone "north"; there are: east\n  fix    correct what is named above',
  );
  const wrong = await weft(["zone-token", "create", "--zone", "east", "--scope", "cp"]);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("known: ingress, egress");
  expect((await weft(["zone-token", "create"])).code).toBe(2);
});

test("ingresses and egresses: listed with where they are reached, inspected by their type", async () => {
  const { weft } = await organisation("border");
  await weft(["zone", "create", "east"]);
  const networking = "{ address: 10.0.0.4, port: 10001, advertisedAddress: in.example, advertisedPort: 30001 }";
  const yaml = `type: ZoneIngress\nname: in-1\nnetworking: ${networking}\n---\ntype: ZoneEgress\nname: out-1\nnetworking: { address: "fd00::5", port: 10002 }\n---\n`;
  const applied = await weft(["apply", "-f", "-"], yaml);
  expect(applied.out, applied.err).toBe("created ZoneIngress in-1\ncreated ZoneEgress out-1\n");
  expect((await weft(["get", "zoneingresses"])).out).toMatch(
    /^NAME {2}ZONE {2}ADDRESS {9}ADVERTISED {8}AGE\nin-1 {2}east {2}10\.0\.0\.4:10001 {2}in\.example:30001 {2}\d+s\n$/,
  );
  expect((await weft(["get", "ze"])).out).toMatch(/^out-1 {2}east {2}\[fd00::5\]:10002/m);
  const shown = await weft(["inspect", "proxy", "in-1", "--type", "ingress"]);
  expect([shown.code, shown.err]).toEqual([
    0,
    "This is what control plane and relay know; --admin URL shows what its Envoy has.\n",
  ]);
  expect(shown.out).toMatch(/^ingress in-1\ntype: ZoneIngressOverview\n/);
  const absent = await weft(["inspect", "proxy", "in-1", "--type", "egress"]);
  expect(absent.code).toBe(5);
  expect(absent.err).toContain("weft: there is no egress in-1\n");
  expect(absent.err).toContain("weft get zoneegresses lists those that there are");
  const inner = await weft(
    ["apply", "-f", "-"],
    "type: ZoneIngress\nname: inner\nnetworking: { address: 10.0.0.6, port: 1 }\n",
  );
  expect(inner.err).toContain("other zones send nothing to this ingress");
});

test("an organisation that exists, and a wrong operator's secret", async () => {
  await organisation("twice");
  const argv = ["organisation", "create", "twice", "--control-plane", plane.url, "--operator-secret-file"];
  expect((await run([...argv, plane.operatorSecretFile])).code).toBe(6);
  const wrong = await run([...argv, join(tempFolder({ secret: "wrong" }), "secret")]);
  expect([3, 4]).toContain(wrong.code);
  expect(wrong.err).not.toContain("wrong\n");
  expect(wrong.err).toContain("  fix    name operator.secret of the control plane's state folder: ");
});

test("a zone is inspected: its proxies with their state, and what is wrong with it", async () => {
  const { weft } = await organisation("inspected");
  await weft(["zone", "create", "east"]);
  const none = await weft(["inspect", "zone", "east"]);
  expect([none.out, none.err]).toEqual([
    "",
    "Zone east has no proxies.\nNo relay is admitted. To start one: weft zone create east\n",
  ]);
  await weft(["zone", "create", "west"]);
  const elsewhere = DATAPLANE.replace("name: web-1", "name: web-2\nlabels: { kuma.io/zone: west }");
  const here = DATAPLANE.replace("name: web-1", "name: web-1\nlabels: { kuma.io/zone: east }");
  await weft(["apply", "-f", "-"], MESH + here + elsewhere);
  await weft(["zone", "disable", "east"]);
  const shown = await weft(["inspect", "zone", "east"]);
  expect(shown.out).toBe(
    "MESH     NAME   KIND     SERVICE  ONLINE  READY  CERTIFICATE\ndefault  web-1  sidecar  web      no      1/1\n",
  );
  expect(shown.err).toContain("Zone east is disabled: no other zone sends it anything.");
  const { proxies, enabled } = JSON.parse((await weft(["inspect", "zone", "east", "-o", "json"])).out);
  expect([enabled, proxies.map(({ name }: { name: string }) => name)]).toEqual([false, ["web-1"]]);
  expect((await weft(["inspect", "zone", "nosuch"])).code).toBe(5);
});

test("a zone's ingresses and egresses stand with its proxies, and who cannot be reached is told", async () => {
  const { weft } = await organisation("reached");
  for (const name of ["east", "west"]) await weft(["zone", "create", name]);
  const place = (name: string, zone: string, more = "") =>
    `---\nname: ${name}\nlabels: { kuma.io/zone: ${zone} }\nnetworking: { address: 10.0.0.4, port: 10001${more} }\n`;
  const dataplane = DATAPLANE.replace("name: web-1", "name: web-1\nlabels: { kuma.io/zone: east }");
  await weft(["apply", "-f", "-"], MESH + dataplane);
  expect((await weft(["inspect", "zone", "east"])).err).toContain(
    "No other zone reaches the services of east: it has no",
  );
  expect((await weft(["inspect", "zone", "west"])).err).not.toContain("No other zone");
  const reached = ", advertisedAddress: 'fd00::4', advertisedPort: 30001";
  const applied = await weft(
    ["apply", "-f", "-"],
    `${place("in-1", "east")}type: ZoneIngress\n${place("in-2", "west", reached)}type: ZoneIngress\n${place("out-1", "east")}type: ZoneEgress\n`,
  );
  expect(applied.code, applied.err).toBe(0);
  const shown = await weft(["inspect", "zone", "east"]);
  expect(shown.out).toMatch(/^default +web-1 +sidecar .*\n +in-1 +ingress +no\n +out-1 +egress +no\n$/m);
  expect(shown.err).toContain("Ingress in-1 is used by no other zone: its networking.advertisedAddress");
  expect(shown.err).not.toContain("No other zone reaches");
  const west = JSON.parse((await weft(["inspect", "zone", "west", "-o", "json"])).out);
  expect(west.proxies).toMatchObject([{ mesh: "", name: "in-2", kind: "ingress", advertised: "[fd00::4]:30001" }]);
});

test("zones that are apart for want of mTLS are told so, of the zone and of who calls", async () => {
  const { weft } = await organisation("apart");
  for (const name of ["east", "west"]) await weft(["zone", "create", name]);
  const plain = "type: Mesh\nname: default\n";
  const at = (name: string, zone: string, more: string) =>
    `---\n{ type: Dataplane, mesh: default, name: ${name}, labels: { kuma.io/zone: ${zone} }, networking: { address: 10.0.0.1, inbound: [{ port: 80, tags: { kuma.io/service: ${name} } }]${more} } }\n`;
  const gate =
    "---\n{ type: ZoneIngress, name: in-west, labels: { kuma.io/zone: west }, networking: { address: 10.0.0.4, port: 10001, advertisedAddress: 192.0.2.9, advertisedPort: 10001 } }\n";
  const called = ", outbound: [{ port: 10001, tags: { kuma.io/service: billing } }]";
  const applied = await weft(
    ["apply", "-f", "-"],
    plain + at("web", "east", called) + at("billing", "west", "") + gate,
  );
  expect(applied.code, applied.err).toBe(0);
  const told = "Mesh default has no mTLS: between east and other zones none of its proxies are sent to each other.";
  expect((await weft(["inspect", "zone", "east"])).err).toContain(told);
  expect(JSON.parse((await weft(["inspect", "zone", "west", "-o", "json"])).out).apart).toEqual(["default"]);
  const why = await weft(["inspect", "proxy", "web", "--why"]);
  expect(why.out).toContain(
    "Faults\n  Mesh default  mtls.enabledBackend: cross-zone traffic needs mTLS: enable mtls on",
  );
  expect(why.out).toContain("this holds back other zones' instances of billing\n");
  expect((await weft(["inspect", "proxy", "billing", "--why"])).out).not.toContain("Faults");
  await weft(["apply", "-f", "-"], MESH);
  expect((await weft(["inspect", "zone", "east"])).err).not.toContain("has no mTLS");
  expect((await weft(["inspect", "proxy", "web", "--why"])).out).not.toContain("Faults");
});

test("what is wrong with a mesh in one zone is told of that zone", async () => {
  const { weft } = await organisation("no-egress");
  for (const name of ["east", "west"]) {
    const { out } = await weft(["zone", "create", name]);
    const [signingKey, encryptionKey] = await Promise.all([publicKey("sign"), publicKey("agree")]);
    const token = /WEFT_ENROLMENT_TOKEN=(\S+)/.exec(out)?.[1];
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ token, signingKey, encryptionKey });
    expect((await fetch(`${plane.url}/v1/zone/enrol`, { method: "POST", headers, body })).status).toBeLessThan(300);
  }
  const at = (name: string, zone: string, more = "") =>
    `---\n{ type: Dataplane, mesh: default, name: ${name}, labels: { kuma.io/zone: ${zone} }, networking: { address: 10.0.0.1, inbound: [{ port: 80, tags: { kuma.io/service: ${name} } }]${more} } }\n`;
  const gates =
    "---\n{ type: ZoneIngress, name: in-west, labels: { kuma.io/zone: west }, networking: { address: 10.0.0.4, port: 10001, advertisedAddress: 192.0.2.9, advertisedPort: 10001 } }\n---\n{ type: ZoneEgress, name: out-west, labels: { kuma.io/zone: west }, networking: { address: 10.0.0.4, port: 10002 } }\n";
  const called = ", outbound: [{ port: 10001, tags: { kuma.io/service: billing } }]";
  const applied = await weft(
    ["apply", "-f", "-"],
    `${MESH}routing: { zoneEgress: true }\n${at("web", "east", called)}${at("billing", "west")}${gates}`,
  );
  expect(applied.code, applied.err).toBe(0);
  const told =
    "Mesh default, routing.zoneEgress: cross-zone traffic by service tags goes through an egress, and zone east has";
  await expect.poll(async () => (await weft(["inspect", "zone", "east"])).err).toContain(told);
  expect((await weft(["inspect", "zone", "west"])).err).not.toContain("routing.zoneEgress");
});

test("zones: disabled, enabled, drained", async () => {
  const { weft } = await organisation("drained");
  for (const name of ["east", "west"]) await weft(["zone", "create", name]);
  const enabled = async () => JSON.parse((await weft(["get", "zone", "east", "-o", "json"])).out).enabled;
  expect((await weft(["zone", "disable", "east", "--reason", "racks"])).out).toBe("disabled zone east\n");
  expect(await enabled()).toBe(false);
  expect((await weft(["zone", "disable", "east"])).out).toBe("zone east was disabled already\n");
  expect((await weft(["zone", "list"])).out).toMatch(/^east {2}no /m);
  expect((await weft(["zone", "enable", "east"])).out).toBe("enabled zone east\n");
  expect(await enabled()).toBe(true);
  // Neither zone has a relay, so nobody has to take it.
  expect((await weft(["zone", "drain", "east"])).out).toBe("drained zone east: no other zone has a relay\n");
  const again = JSON.parse((await weft(["zone", "drain", "east", "-o", "json"])).out);
  expect(again).toEqual({ zone: "east", enabled: false, changed: false, taken: [], away: [], onlyHere: [] });
  await weft(["zone", "enable", "east"]);
  const of = (name: string, zone: string, service: string) =>
    DATAPLANE.replace("name: web-1", `name: ${name}\nlabels: { kuma.io/zone: ${zone} }`).replace(
      ": web }",
      `: ${service} }`,
    );
  await weft(["apply", "-f", "-"], MESH + of("a", "east", "billing") + of("b", "east", "web") + of("c", "west", "web"));
  const alone = await weft(["zone", "drain", "east"]);
  expect([alone.code, alone.err]).toEqual([
    0,
    "warning: only zone east has billing (mesh default): other zones get no answer there while it is disabled; weft zone enable east takes it back\n",
  ]);
  const absent = await weft(["zone", "disable", "nosuch"]);
  expect([absent.code, absent.err]).toEqual([
    5,
    expect.stringContaining("why    there is no zone nosuch; there are: east, west\n"),
  ]);
  for (const argv of [
    ["inspect", "zone", "esat"],
    ["zone", "drain", "esat"],
    ["get", "zone", "esat"],
    ["delete", "zone", "esat", "--yes"],
  ]) {
    const mistyped = await weft(argv);
    expect([mistyped.code, mistyped.err]).toEqual([5, expect.stringContaining("  fix    did you mean east?\n")]);
  }
  const brief = await weft(["zone", "drain", "east", "--timeout", "soon"]);
  expect([brief.code, brief.err]).toEqual([2, expect.stringContaining("--timeout soon is not a duration")]);
});

test("zone create with a duration that does not hold writes nothing", async () => {
  const { weft } = await organisation("durations");
  for (const text of ["999h", "1ms", "soon"]) {
    const ran = await weft(["zone", "create", "east", "--valid-for", text]);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).toContain(`weft: --valid-for ${text} is not a duration from 1s to 168h\n`);
  }
  expect((await weft(["get", "zones", "-o", "name"])).out).toBe("");
});

test.each([
  ["token", "create", "x", "-s", "read"],
  ["dataplane-token", "create"],
  ["zone-token", "create", "--zone", "east"],
])("%s %s: what would not hold, or could not be told, is refused before it is issued", async (...argv) => {
  const { weft } = await organisation(`issued-${argv[0]}`);
  await weft(["zone", "create", "east"]);
  await weft(["apply", "-f", "-"], MESH);
  const before = (await weft(["token", "list", "-o", "name"])).out;
  for (const text of ["0s", "1y"]) {
    const ran = await weft([...argv, "--valid-for", text]);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).toContain(`weft: --valid-for ${text} is not a duration of at least 1s\n`);
  }
  const folder = tempFolder({ file: "text" });
  for (const [out, why] of [
    [join(folder, "none", "x.token"), `there is no folder ${join(folder, "none")}`],
    [folder, "that is a folder, not a file"],
  ] as const) {
    const ran = await weft([...argv, "--out", out]);
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toContain(`weft: a file cannot be written\n  where  ${out}\n  why    ${why}\n`);
  }
  expect(readdirSync(folder)).toEqual(["file"]);
  expect((await weft(["token", "list", "-o", "name"])).out).toBe(before);
});

test("where 5678 is taken on this machine, zone create names a free port", async () => {
  const { weft } = await organisation("ports");
  const server = createServer();
  // Whoever else listens there serves as well.
  await new Promise<void>((resolve) => server.once("error", () => resolve()).listen(5678, "127.0.0.1", resolve));
  const { out } = await weft(["zone", "create", "east"]);
  await new Promise((resolve) => server.close(resolve));
  expect(Number(/ --listen 127\.0\.0\.1:(\d+)\n$/.exec(out)?.[1])).not.toBe(5678);
  expect(out).toContain(" --listen 127.0.0.1:");
});

test("what the control plane alone can judge is told at the document's line, of one resource and of many", async () => {
  const { weft } = await organisation("placed");
  await weft(["apply", "-f", "-"], MESH);
  const lost = `type: Dataplane\nmesh: default\nname: web-9\nlabels:\n  kuma.io/zone: mars\nnetworking: { address: 10.0.0.1 }\n`;
  const gate = `type: ZoneIngress\nname: in-9\nzone: mars\nnetworking: { address: 10.0.0.4, port: 10001 }\n`;
  const reason = 'there is no Zone "mars"';
  for (const [text, lines] of [
    [lost, [`<stdin>:5 (document 1): labels["kuma.io/zone"]: ${reason}`]],
    [`${MESH}---\n${lost}`, [`<stdin>:${MESH.split("\n").length + 5} (document 2): labels["kuma.io/zone"]: ${reason}`]],
    [gate, [`<stdin>:3 (document 1): zone: ${reason}`]],
    [
      `${lost}---\n${gate}`,
      [`<stdin>:5 (document 1): labels["kuma.io/zone"]: ${reason}`, `<stdin>:10 (document 2): zone: ${reason}`],
    ],
  ] as const) {
    const ran = await weft(["apply", "-f", "-"], text);
    expect([ran.code, ran.out]).toEqual([7, ""]);
    const why = ran.err.split("\n").filter((line) => line.includes("(document"));
    expect(why.map((line) => line.slice(9))).toEqual(lines);
  }
});

test("what is absent is said, with where to look", async () => {
  const { weft, tokenFile } = await organisation("absent");
  await weft(["zone", "create", "east"]);
  await weft(["apply", "-f", "-"], MESH);
  const listed = await weft(["get", "dp", "-m", "nosuch"]);
  expect(listed.code).toBe(5);
  expect(listed.err).toContain(
    "  why    there is no mesh nosuch\n  fix    -m MESH chooses one, --all takes all; known: default\n",
  );
  for (const argv of [
    ["get", "dp", "web-1"],
    ["delete", "dp", "web-1"],
    ["inspect", "policy", "mt", "slow"],
    ["certificate", "list"],
  ]) {
    const ran = await weft([...argv, "-m", "nosuch"]);
    expect([ran.code, ran.err]).toEqual([
      5,
      expect.stringContaining("  why    there is no mesh nosuch\n  fix    -m MESH"),
    ]);
  }
  const policy = await weft(["inspect", "policy", "nosuch", "slow"]);
  expect([policy.code, policy.err]).toEqual([2, expect.stringContaining("MeshTimeout".toLowerCase())]);
  expect(policy.err).not.toContain("zoneingresses");
  const elsewhere = await run(["get", "meshes", "--url", `${plane.url}/o/nosuch`, "--token-file", tokenFile]);
  expect([elsewhere.code, elsewhere.err]).toEqual([
    5,
    expect.stringContaining("fix    give the URL and the token of one"),
  ]);
  const applied = await weft(["apply", "-f", "-"], MESH + DATAPLANE.replace("mesh: default", "mesh: nosuch"));
  expect([applied.code, applied.out]).toEqual([7, ""]);
  expect(applied.err).toMatch(/<stdin>:\d+ \(document 2\): mesh: mesh of name nosuch is not found; weft get meshes/);
  const token = await weft(["token", "revoke", "nosuch"]);
  expect([token.code, token.err.split("\n").at(-2)]).toEqual([
    5,
    "  fix    weft token list shows the ids of all tokens",
  ]);
  const relay = await weft(["zone", "revoke-relay", "east", "nosuch"]);
  expect(relay.err).toContain('why    there is no relay "nosuch" in the zone east; it has none\n');
  expect((await weft(["zone", "revoke", "wets"])).err).toContain('there is no zone "wets"; there are: east\n');
  expect((await weft(["certificate", "list", "--zone", "east", "-m", "default"])).err).toBe(
    "No certificate has been issued in mesh default in zone east.\n",
  );
  const nowhere = await weft(["certificate", "list", "--zone", "wets"]);
  expect([nowhere.code, nowhere.err]).toEqual([5, expect.stringContaining("there is no zone wets; there are: east")]);
  expect([relay.code, relay.err.split("\n").at(-2)]).toEqual([
    5,
    "  fix    weft zone list shows the zones and the ids of their relays",
  ]);
});

test("what the control plane knows completes a command line", async () => {
  const { weft, tokenFile } = await organisation("completed");
  const world =
    "type: Zone\nname: east\n---\ntype: Mesh\nname: shop\n---\ntype: MeshTimeout\nmesh: shop\nname: slow\n" +
    "spec: { to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 5s } }] }\n";
  expect((await weft(["apply", "-f", "-"], world)).code).toBe(0);
  const place = {
    env: { HOME: "/nonexistent", WEFT_URL: `${plane.url}/o/completed`, WEFT_TOKEN_FILE: tokenFile },
    cwd: "/",
    terminal: { out: () => undefined, err: () => undefined, input: async () => "", interactive: false, colour: false },
  };
  const values = async (placeholder: string, args: readonly string[] = [], mesh = "default") => {
    const asked = { command: "get", placeholder, args, options: new Map([["mesh", mesh]]) };
    const found = await valuesFor(asked, place, 30_000);
    return found === "files" ? found : found.map(({ value }) => value);
  };
  expect(await values("zone")).toEqual(["east"]);
  expect(await values("mesh")).toEqual(["shop"]);
  expect(await values("name", ["meshtimeouts"], "shop")).toContain("slow");
  expect(await values("name", ["nonsense"])).toEqual([]);
  expect(await values("revision")).toContain("1");
});
