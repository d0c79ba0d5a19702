// What is told of writes: every query that writes has its hints, and says nothing that a reader may not know.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Hint } from "#api/event.ts";
import { hintsOfCommit } from "#control/event/commit-hint.ts";
import { MOST_NAMES } from "#control/event/merge.ts";
import { openTellingStore } from "#control/event/telling-store.ts";
import type { Commit, Write } from "#store/face/commit.ts";
import { openPlane, type Plane, signUp } from "#test/control/harness.ts";

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

/** Queries that write nothing that anybody sees, or nothing at all. */
const SILENT = [
  ...["approvals", "audit", "auditSeals", "auditStanding", "blobs", "certificates", "contacts", "countPlans"],
  ...["credential", "credentialNames"],
  ...[
    "deliveries",
    "effects",
    "findWrite",
    "get",
    "heads",
    "issuers",
    "joinNotes",
    "lineage",
    "list",
    "listCredentials",
  ],
  ...[
    "manifest",
    "missingBlobs",
    // Nobody sees blobs.
    "collect",
    "noteUnused",
    "storedBlobs",
    "unusedBlobs",
    "unusedSince",
    "newest",
    // A use is no news: who looks at tokens uses one.
    "noteUse",
    "oldestRevision",
    "overwrites",
    "passages",
    "plan",
    "planParts",
    "plans",
    "proofStatus",
  ],
  ...[
    "readMesh",
    "readWhole",
    "registrations",
    "revisionDeliveries",
    "revisionMoments",
    "revisions",
    "signingKeys",
    "zoneHead",
    "zoneHeads",
  ],
  // Keys are made with their mesh, seals and anchors are the log's own, reveals are entries of the log.
  ...["addSigningKey", "addAuditSeal", "trimAudit", "takeReveals"],
  // What `record` tells, and no use case calls by itself.
  "recordDelivery",
  // Of an organisation whose writer rests: its tokens and members are refused, and nobody listens.
  ...["closeRelays", "purge"],
  // The same secrets under another key.
  ...["sealedPage", "replaceSealed"],
];
const SILENT_WEBHOOKS = ["deliveries", "due", "list", "marks", "next", "tell", "tidy"];

test("each query tells, or is known to have nothing to tell", async () => {
  const store = plane.store.within("nobody");
  const telling = openTellingStore(store, () => undefined);
  const silent = (face: object, told: object): string[] =>
    Object.entries(face).flatMap(([name, method]) =>
      typeof method === "function" && method === (told as Readonly<Record<string, unknown>>)[name] ? [name] : [],
    );
  expect(silent(store, telling).sort()).toEqual(SILENT.toSorted());
  expect(silent(store.webhooks, telling.webhooks).sort()).toEqual(SILENT_WEBHOOKS);
});

test("what fails is not told, and what is told is made only when somebody listens", async () => {
  const org = await signUp(plane, "acme");
  const hints: Hint[] = [];
  const telling = openTellingStore(org.store, (tenant, made) => {
    expect(tenant).toBe(org.tenant);
    hints.push(...made());
  });
  await expect(telling.enrol("no-such-token", {} as never)).rejects.toThrow();
  expect(hints).toEqual([]);
  await telling.mergeStatus({ type: "Zone", mesh: "", name: "east" }, { refused: [] });
  expect(hints).toEqual([
    { kind: "resource", types: ["Zone"], meshes: [""] },
    { kind: "join", zone: "east" },
  ]);
  const quiet = openTellingStore(org.store, () => undefined);
  await quiet.mergeStatus({ type: "Zone", mesh: "", name: "east" }, { refused: [] });
  expect(hints).toHaveLength(2);
});

const write = (type: string, mesh: string, name: string, zone?: string): Write => ({
  key: { type, mesh, name },
  expect: "any",
  after: zone === undefined ? null : ({ type, mesh, name, labels: { "kuma.io/zone": zone }, spec: {} } as never),
});
const commit = (over: Partial<Commit>): Commit => ({
  ...{ writeId: "w", kind: "revision", actor: "a", reason: "", writes: [] },
  ...over,
});

test("a commit is told by what it wrote: revisions, proxies, what is derived, certificates, its plan", () => {
  const at = { revision: 7 };
  const mesh = write("Mesh", "", "shop");
  expect(hintsOfCommit(commit({ writes: [mesh, write("MeshTimeout", "shop", "t")] }), at)).toEqual([
    { kind: "revision", revision: 7, types: ["Mesh", "MeshTimeout"], meshes: ["shop"] },
  ]);
  expect(hintsOfCommit(commit({ dropMeshes: ["old"] }), at)).toMatchObject([{ types: ["Mesh"], meshes: ["old"] }]);
  expect(hintsOfCommit(commit({ writeId: "plan/p1" }), at)).toContainEqual({ kind: "plan", plan: "p1" });
  const joined = commit({ kind: "step", writes: [write("Dataplane", "shop", "web-1", "east")] });
  expect(hintsOfCommit(joined, at)).toEqual([{ kind: "proxy", zone: "east", meshes: ["shop"] }]);
  const both = commit({
    kind: "step",
    writes: [write("Dataplane", "shop", "a", "east"), write("Dataplane", "shop", "b", "west")],
  });
  expect(hintsOfCommit(both, at)).toEqual([{ kind: "proxy", meshes: ["shop"] }]);
  const reach = { zone: "east", relay: "r1", address: "east:5678", ca: "PEM" };
  expect(hintsOfCommit(commit({ kind: "step", reach }), at)).toEqual([{ kind: "relay", zone: "east", relay: "r1" }]);
  const derived = commit({ kind: "step", derived: [write("MeshService", "shop", "web")] });
  expect(hintsOfCommit(derived, at)).toEqual([{ kind: "resource", types: ["MeshService"], meshes: ["shop"] }]);
  const gone = commit({ kind: "step", registrations: [{ gone: { mesh: "shop", name: "web-1", id: "1" } }] });
  expect(hintsOfCommit(gone, at)).toEqual([{ kind: "proxy", meshes: ["shop"] }]);
  expect(hintsOfCommit(commit({ kind: "step", issuers: { drop: [] } }), at)).toEqual([]);
  const many = Array.from({ length: MOST_NAMES + 1 }, (_, mesh) => write("MeshTimeout", `m${mesh}`, "t"));
  expect(hintsOfCommit(commit({ writes: many }), at)).toMatchObject([{ types: ["MeshTimeout"], meshes: null }]);
});
