// What each call writes: batches and rows, until its answer and behind it, on the file engine and on D1. A change that writes more is seen here.
import { expect, test } from "vitest";
import type { Statement } from "#store/database.ts";
import { csrFor } from "#test/control/joining.ts";
import { type Metered, openMetered, type WriteBatch } from "#test/control/metered.ts";
import { enrolRelay, type Relay } from "./relay.ts";
import { type Answer, createOrganisation, type Organisation, type Subject, timeout } from "./subject.ts";

const MTLS = { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] };
const MINUTE = 60_000;
const put = (...resources: readonly object[]) => ({ put: resources.map((resource) => ({ resource })) });
const fifty = (seconds: number): readonly object[] =>
  Array.from({ length: 50 }, (_, at) => timeout("default", `m-${String(at).padStart(2, "0")}`, seconds));
const proxy = (name: string, service: string, outbound?: string): object => ({
  ...{ type: "Dataplane", mesh: "default", name },
  networking: {
    address: "10.0.0.1",
    inbound: [{ port: 8080, tags: { "kuma.io/service": service, "kuma.io/protocol": "http" } }],
    ...(outbound !== undefined && { outbound: [{ port: 10_001, tags: { "kuma.io/service": outbound } }] }),
  },
});

interface World {
  readonly organisation: Organisation;
  readonly relay: Relay;
  readonly metered: Metered;
  readonly subject: Subject;
  /** A dataplane token for any service that is named. */
  readonly token: string;
  /** What earlier calls have answered, by the call. */
  readonly answers: Map<string, Answer>;
}

type Call = (world: World) => Promise<Answer>;

const report =
  (body: object): Call =>
  ({ relay }) =>
    relay.call("POST", "/v1/zone/report", { body: { events: [], ...body } });
const ask =
  (method: string, path: string, body?: unknown): Call =>
  ({ organisation }) =>
    organisation.call(method, path, body);
const join = (name: string, { token }: World) => ({
  ...{ mesh: "default", name, registration: `life-${name}`, owner: "stream", token },
  dataplane: proxy(name, "shop", "backend"),
});
const poll = async ({ relay, answers }: World): Promise<Answer> => {
  const etag = answers.get("poll: what is new")?.headers.get("etag") ?? undefined;
  return relay.call("GET", "/v1/zone/snapshot", etag === undefined ? {} : { headers: { "if-none-match": etag } });
};

/** In this order: each finds what the ones before have left. The status is what it answers. */
const CALLS: readonly (readonly [name: string, status: number, call: Call])[] = [
  [
    "create a policy that changes nothing for anybody",
    201,
    ask("PUT", "/meshes/default/meshtimeouts/z", timeout("default", "z", 9)),
  ],
  ["create a policy", 201, ask("PUT", "/meshes/default/meshtimeouts/a", timeout("default", "a", 7))],
  ["update it", 200, ask("PUT", "/meshes/default/meshtimeouts/a", timeout("default", "a", 8))],
  ["put it as it is", 200, ask("PUT", "/meshes/default/meshtimeouts/a", timeout("default", "a", 8))],
  ["put what is refused", 400, ask("PUT", "/meshes/default/meshtimeouts/a", timeout("default", "b", 8))],
  ["delete it", 200, ask("DELETE", "/meshes/default/meshtimeouts/a")],
  ["apply 50 policies", 200, ask("POST", "/v1/changes", put(...fifty(9)))],
  ["apply 50 policies again, changed", 200, ask("POST", "/v1/changes", put(...fifty(10)))],
  ["plan one policy", 200, ask("POST", "/v1/plan", put(timeout("default", "planned", 11)))],
  ["plan 50 policies", 200, ask("POST", "/v1/plan", put(...fifty(12)))],
  [
    "commit a plan",
    200,
    ({ organisation, answers }) =>
      organisation.call("POST", "/v1/changes", { planId: answers.get("plan 50 policies")?.json.id }),
  ],
  ["create a token", 201, ask("POST", "/v1/tokens", { name: "ci", scopes: ["read"] })],
  [
    "revoke it",
    204,
    ({ organisation, answers }) => organisation.call("DELETE", `/v1/tokens/${answers.get("create a token")?.json.id}`),
  ],
  [
    "create a dataplane token",
    200,
    ask("POST", "/tokens/dataplane", { mesh: "default", tags: { "kuma.io/service": ["x"] } }),
  ],
  ["create an enrolment token", 201, ask("POST", "/v1/zones/east/enrolment-tokens", {})],
  [
    "join with a certificate",
    200,
    async (world) => {
      const joins = [{ ...join("shop-1", world), csr: await csrFor(), event: 1 }];
      return world.relay.call("POST", "/v1/zone/certificates", { body: { joins } });
    },
  ],
  [
    "join 20 with certificates",
    200,
    async (world) => {
      const names = Array.from({ length: 20 }, (_, at) => `many-${at}`);
      const joins = await Promise.all(
        names.map(async (name, at) => ({ ...join(name, world), csr: await csrFor(), event: 2 + at })),
      );
      return world.relay.call("POST", "/v1/zone/certificates", { body: { joins } });
    },
  ],
  [
    "renew a certificate",
    200,
    async (world) => {
      const { dataplane: _, ...renewal } = join("shop-1", world);
      return world.relay.call("POST", "/v1/zone/certificates", {
        body: { joins: [{ ...renewal, csr: await csrFor() }] },
      });
    },
  ],
  ["sign of life, the first", 200, report({ presence: "here", way: "held" })],
  [
    "report: a proxy's health",
    200,
    report({
      events: [
        { kind: "health", number: 22, mesh: "default", name: "shop-1", registration: "life-shop-1", ready: [false] },
      ],
    }),
  ],
  [
    "report: a proxy left",
    200,
    report({ events: [{ kind: "gone", number: 23, mesh: "default", name: "many-0", registration: "life-many-0" }] }),
  ],
  [
    "report: the same again",
    200,
    report({ events: [{ kind: "gone", number: 23, mesh: "default", name: "many-0", registration: "life-many-0" }] }),
  ],
  ["poll: what is new", 200, poll],
  ["poll: nothing new", 304, poll],
  ["sign of life, a moment later", 200, report({ presence: "here", way: "held" })],
  [
    "sign of life after five minutes",
    200,
    (world) => {
      world.metered.plane.now += 5 * MINUTE;
      return report({ presence: "here", way: "held" })(world);
    },
  ],
  [
    "report: delivery",
    200,
    report({ delivery: { epoch: 1, sequence: 9, acked: 20, nacked: 0, pending: 0, laggards: [] } }),
  ],
  ["the zone's view", 200, ({ relay }) => relay.call("GET", "/v1/zone/view")],
  ["read a resource, minutes after the token was used", 200, ask("GET", "/meshes/default/meshtimeouts/z")],
  ["list resources", 200, ask("GET", "/meshes/default/dataplanes?size=100")],
  ["read the history", 200, ask("GET", "/v1/revisions")],
  ["read the audit log", 200, ask("GET", "/v1/audit")],
  ["overview", 200, ask("GET", "/v1/overview")],
];

interface Line {
  readonly name: string;
  /** In the order of `KINDS`. */
  readonly counts: readonly { readonly batches: number; readonly rows: number }[];
}

/** Whose batch it is, by a table that only such a batch writes. */
const KINDS: readonly { readonly is: string; readonly writes: string | null }[] = [
  { is: "the call's", writes: null },
  { is: "published", writes: "manifest" },
  { is: "effect", writes: "revision_effect" },
];

function kindOf(statements: readonly Statement[]): (typeof KINDS)[number] {
  const writes = (table: string): boolean => statements.some(({ sql }) => sql.startsWith(`INSERT INTO ${table} `));
  return KINDS.find((kind) => kind.writes !== null && writes(kind.writes)) ?? KINDS[0]!;
}

async function tableOn(engine: "d1" | "libsql-file"): Promise<readonly Line[]> {
  const metered = await openMetered(engine);
  try {
    const { plane, meter } = metered;
    const url = "https://weft.example";
    const subject: Subject = {
      url,
      operatorSecret: "measure",
      fetch: async (path, init) => metered.answer(new Request(`${url}${path}`, init)),
    };
    const organisation = await createOrganisation(subject);
    const settle = (): Promise<void> => metered.settle(organisation.id);
    await organisation.call("PUT", "/meshes/default", { type: "Mesh", name: "default", mtls: MTLS });
    const relay = await enrolRelay(subject, organisation, "east");
    const proxies = [proxy("web-1", "web", "backend"), proxy("backend-1", "backend")];
    await organisation.call("POST", "/v1/changes", put(...proxies));
    const tags = { "kuma.io/service": ["shop"] };
    const token = (await organisation.call("POST", "/tokens/dataplane", { mesh: "default", tags })).text;
    const world: World = { organisation, relay, metered, subject, token, answers: new Map() };
    await settle();
    const lines: Line[] = [];
    for (const [name, status, call] of CALLS) {
      // Within a second a zone is told once what is news to nobody: so each call has its own.
      plane.now += 2000;
      Object.assign(meter, { batches: [] });
      const answer = await call(world);
      expect(answer.status, `${name}: ${answer.text}`).toBe(status);
      world.answers.set(name, answer);
      await settle();
      const own = (is: string): readonly WriteBatch[] =>
        meter.batches.filter(({ statements }) => kindOf(statements).is === is);
      const rowsIn = (batches: readonly WriteBatch[]): number => batches.reduce((sum, { rows }) => sum + rows, 0);
      lines.push({ name, counts: KINDS.map(({ is }) => ({ batches: own(is).length, rows: rowsIn(own(is)) })) });
    }
    return lines;
  } finally {
    await metered.close();
  }
}

const NOTES = `
Batches, and in brackets rows of tables as the file engine counts them / rows as D1 counts and bills them, those of indexes too.
A call that changes something is one batch. What it changes for zones is published behind it, a batch a zone; what it did for
proxies is kept as the revision's effect, a batch for all zones.

- A resource is two rows, itself and its history; a revision adds three, the heads, itself and its audit entry.
- A put of what stands, and what is refused, writes nothing.
- A published snapshot is its manifest and a row a relay, the blobs that it adds, and a note for each that it drops.
- What changes nothing for a zone is published all the same: its relays are to know which revision they have.
- A plan of 50 is as long as one of one: its parts are few large rows, and all are sealed text.
- A join is its resource, registration, certificate and the address of a name that is new; the rest is once a call: heads, step, the
  proof that it is not repeated, the event's number.
- A report that repeats itself writes its proof alone. A sign of life is written once in five minutes, or when the relay comes by another way.
- A read writes a token's last use, once in some minutes. Polls and views write nothing, whatever they find.
`;

test("a change is one batch, a poll writes nothing, and nothing else writes more than it did", async () => {
  const [file, d1] = [await tableOn("libsql-file"), await tableOn("d1")];
  const batchesOf = (lines: readonly Line[]) =>
    lines.map(({ name, counts }) => [name, counts.map((one) => one.batches)]);
  expect(batchesOf(d1)).toEqual(batchesOf(file));
  const cell = (line: number, kind: number): string => {
    const { batches = 0, rows = 0 } = file[line]?.counts[kind] ?? {};
    return batches === 0 ? "" : `${batches} (${rows}/${d1[line]?.counts[kind]?.rows})`;
  };
  const row = (name: string, cells: readonly string[]): string =>
    [name.padEnd(52), ...cells.map((text) => text.padEnd(14))].join("").trimEnd();
  const head = row(
    "",
    KINDS.map(({ is }) => is),
  );
  const lines = file.map(({ name }, line) =>
    row(
      name,
      KINDS.map((_, kind) => cell(line, kind)),
    ),
  );
  await expect(`${[head, ...lines].join("\n")}\n${NOTES}`).toMatchFileSnapshot("written.txt");
  const silent = file.filter(({ counts }) => counts.every(({ batches }) => batches === 0)).map(({ name }) => name);
  expect(silent).toEqual(expect.arrayContaining(["poll: what is new", "poll: nothing new", "put it as it is"]));
});
