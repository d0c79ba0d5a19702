// Two organisations on one control plane: one that the fuzz has credentials of, and one whose content nobody else may ever see.
import { PROOF_HEADER } from "#api/zone.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { enrolRelay, type Relay } from "#test/app/relay.ts";
import { call, createOrganisation, createToken, type Organisation, type Subject } from "#test/app/subject.ts";
import { makePasskey } from "#test/authenticator.ts";
import { fill, ITEMS } from "#test/full-organisation.ts";
import { toBase64Url } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { type ProofClaims, signProof } from "#trust/proof.ts";
import type { Caller, Drawn, Ground } from "./request.ts";
import type { Document } from "./sample.ts";

export interface Victim {
  readonly organisation: Organisation;
  /** Each stands in its content, and in nothing that is ever sent. */
  readonly canaries: readonly string[];
  /** All that it holds, as its owner reads it. */
  state(): Promise<string>;
}

export interface Attacker {
  readonly organisation: Organisation;
  readonly ground: Ground;
  /** Secrets that come with requests and stand in no answer. */
  readonly secrets: readonly string[];
  /** Headers by which the request comes with its caller's right. */
  headersFor(request: Drawn): Promise<readonly (readonly [string, string])[]>;
}

export async function readDocument(subject: Subject): Promise<Document> {
  return (await call(subject, "GET", "/openapi.json")).json as Document;
}

/** Letters that no table of the grammar has. */
const canary = (): string => `cnry${crypto.randomUUID().replaceAll("-", "")}`;

const READS = [
  ...["/meshes", "/zones", "/meshtimeouts", "/dataplanes", "/secrets", "/v1/webhooks", "/v1/revisions?size=100"],
  ...["/v1/tokens", "/v1/members", "/v1/relays", "/v1/plans", "/v1/invitations"],
];

/** An organisation with something of each sort. */
export async function openVictim(subject: Subject): Promise<Victim> {
  const organisation = await createOrganisation(subject);
  const [mesh, word, secret, zone] = [canary(), canary(), canary(), canary()] as const;
  const data = Buffer.from(secret).toString("base64");
  const made: readonly (readonly [string, string, unknown])[] = [
    ["PUT", `/zones/${zone}`, { type: "Zone", name: zone }],
    ["PUT", `/meshes/${mesh}`, { type: "Mesh", name: mesh, labels: { team: word } }],
    [
      "PUT",
      `/meshes/${mesh}/meshtimeouts/t`,
      {
        ...{ type: "MeshTimeout", mesh, name: "t", labels: { team: word } },
        spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "7s" } }] },
      },
    ],
    [
      "PUT",
      `/meshes/${mesh}/dataplanes/d`,
      {
        ...{ type: "Dataplane", mesh, name: "d" },
        networking: { address: "10.0.0.1", inbound: [{ port: 80, tags: { "kuma.io/service": word } }] },
      },
    ],
    ["PUT", `/meshes/${mesh}/secrets/s`, { type: "Secret", mesh, name: "s", data }],
    ["POST", "/v1/webhooks", { url: `https://${word}.example/in`, events: ["audit.*"], description: word }],
    ["POST", "/v1/plan", { delete: [{ type: "Dataplane", mesh, name: "d" }], reason: word }],
  ];
  for (const [method, path, body] of made) {
    const answer = await organisation.call(method, path, body);
    if (answer.status >= 300 && !path.includes("webhooks")) throw new Error(`victim: ${path}: ${answer.text}`);
  }
  const token = await createToken(organisation, ["read"]);
  return {
    organisation,
    canaries: [mesh, word, secret, data, zone, organisation.token, token],
    async state() {
      // When a token was last used is written anew after some minutes, by these very reads.
      const lasting = (text: string): string => text.replaceAll(/"lastUsedAt": "[^"]*"/g, '"lastUsedAt": "…"');
      const read = async (path: string) => [path, lasting((await organisation.call("GET", path)).text)];
      const texts = await Promise.all(READS.map(read));
      return JSON.stringify(texts, null, 1);
    },
  };
}

/** An organisation that holds what the grammar names, with credentials of every sort. */
export async function openAttacker(subject: Subject, victim: Victim, seed: number): Promise<Attacker> {
  const organisation = await createOrganisation(subject);
  const relay = await enrolRelay(subject, organisation, "east");
  await organisation.call("PUT", "/meshes/demo", { type: "Mesh", name: "demo" });
  await fill(organisation);
  const reader = await createToken(organisation, ["read"]);
  const revoked = await organisation.call("POST", "/v1/tokens", { name: "ended", scopes: ["admin"] });
  await organisation.call("DELETE", `/v1/tokens/${revoked.json.id}`);
  const plan = await organisation.call("POST", "/v1/plan", {
    delete: [{ type: "MeshTimeout", mesh: "default", name: "backend" }],
  });
  const person = await signUp(subject, seed);
  const { name: spare } = await createOrganisation(subject);
  const ground = groundOf(organisation.name, victim.organisation.name, spare, {
    plan: [plan.json?.id ?? "p"],
    id: [revoked.json.id, plan.json?.id ?? "p"],
  });
  const prove = prover(subject, relay);
  const bearer = (token: string): readonly [string, string][] => [["authorization", `Bearer ${token}`]];
  const own = ["sec-fetch-site", "same-origin"] as const;
  const cookie = ["cookie", `weft-session=${organisation.token}`] as const;
  const broken = brokenOf(organisation.token, victim.organisation.token);
  const headers: { readonly [C in Caller]: (request: Drawn) => Promise<readonly (readonly [string, string])[]> } = {
    nobody: async () => [],
    admin: async () => bearer(organisation.token),
    reader: async () => bearer(reader),
    revoked: async () => bearer(revoked.json.token),
    broken: async ({ target }) => bearer(broken[target.length % broken.length] ?? ""),
    bent: async () => [["authorization", `Bearer  ${organisation.token} x`]],
    operator: async () => bearer(subject.operatorSecret),
    session: async () => [cookie, own],
    person: async () => [["cookie", person], own],
    "foreign-page": async () => [cookie, ["origin", "https://evil.example"], ["sec-fetch-site", "cross-site"]],
    relay: (request) => prove(request, {}),
    "bent-relay": (request) => prove(request, { htu: "/v1/zone/elsewhere" }),
  };
  return {
    organisation,
    ground,
    secrets: [organisation.token, reader, revoked.json.token, subject.operatorSecret].map((one) => one.slice(-40)),
    headersFor: (request) => headers[request.caller](request),
  };
}

/** Credentials that are none, by one letter, by their form, or by whose they are. */
function brokenOf(own: string, others: string): readonly string[] {
  const flipped = (token: string): string => token.slice(0, -1) + (token.endsWith("a") ? "b" : "a");
  const [, , ownTenant = "", ownId = ""] = own.split("_");
  const [, , tenant = "", id = ""] = others.split("_");
  return [
    flipped(own),
    flipped(others),
    own.replace(ownTenant, tenant),
    own.replace(ownTenant, tenant).replace(ownId, id),
    own.replace("_api_", "_enrolment_"),
    own.slice(0, 40),
    own.toUpperCase(),
    `${own}${own}`,
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
    "x".repeat(9000),
    "",
  ];
}

function groundOf(own: string, victim: string, spare: string, more: Ground["known"]): Ground {
  const names = [...new Set([...ITEMS.values()].map(({ name }) => name))];
  return {
    ...{ own, victim, spare },
    resources: ITEMS,
    known: {
      mesh: ["default", "default", "demo"],
      name: names,
      zone: ["east"],
      type: [...ITEMS.keys()],
      policyType: ALL_KINDS.map(({ path }) => path),
      service: ["web", "backend"],
      revision: ["1", "2", "3"],
      from: ["1", "2"],
      to: ["2", "3"],
      kri: ["kri_mt_default___backend_", "kri_m____default_"],
      scopes: ["read", "write", "admin"],
      url: ["https://receiver.example/in"],
      events: ["revision.committed"],
      ...more,
    },
  };
}

/** The cookie of somebody new, by a passkey; "" where this host takes none. */
async function signUp(subject: Subject, seed: number): Promise<string> {
  const url = subject.url.replace("127.0.0.1", "localhost");
  const post = async (path: string, body: object): Promise<Response> =>
    fetch(`${url}/v1/account/passkey-sign-up${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", connection: "close" },
      body: JSON.stringify(body),
    });
  const options = (await (
    await post("/options", { name: "Ann", email: `p${seed}-${Date.now()}@example.com` })
  ).json()) as {
    readonly challenge: string;
    readonly rp?: { readonly id: string };
  };
  if (options.rp === undefined) return "";
  const made = makePasskey("ES256").create({ challenge: options.challenge, origin: url, rpId: options.rp.id });
  const { id, clientDataJson: clientDataJSON, authenticatorData } = made;
  const response = { clientDataJSON, authenticatorData, transports: ["internal"], publicKeyAlgorithm: -7 };
  const credential = { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  const answer = await post("", { credential });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

const NONCE_LIFE = 60_000;

function prover(subject: Subject, { tenant, zone, relay, controlPlane, keys }: Relay) {
  let nonce: { readonly text: string; readonly at: number } | null = null;
  return async (request: Drawn, bend: Partial<ProofClaims>): Promise<readonly (readonly [string, string])[]> => {
    if (nonce === null || Date.now() - nonce.at > NONCE_LIFE) {
      const { headers } = await call(subject, "GET", "/v1/zone/view");
      nonce = { text: headers.get("weft-nonce") ?? "", at: Date.now() };
    }
    const claims: ProofClaims = {
      jti: crypto.randomUUID(),
      htm: request.method,
      htu: request.target,
      bh: toBase64Url(await digestBytes((request.body ?? new Uint8Array(0)) as Uint8Array<ArrayBuffer>)),
      aud: controlPlane,
      nonce: nonce.text,
      ...bend,
    };
    return [[PROOF_HEADER, await signProof(claims, { tenant, zone, relay }, keys.private)]];
  };
}
