// No sequence of writes, plans, approvals and revocations commits a touched mesh without the approvals that stood demanded.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "#control/face/caller.ts";
import type { Change } from "#control/face/change.ts";
import { Fault } from "#model/fault.ts";
import { type Body, keyOf, mesh, openPlane, type Plane, signUp, timeout } from "#test/control/harness.ts";

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

const MESHES = ["one", "two"] as const;
type Asked = { readonly put?: Body; readonly delete?: string; readonly rollback?: Change["rollback"] };
type Step =
  | { readonly do: "write" | "plan"; readonly who: number; readonly asked: Asked }
  | { readonly do: "approve" | "withdraw" | "commit"; readonly who: number; readonly plan: number }
  | { readonly do: "revoke"; readonly who: number };

const inMesh = fc.constantFrom(...MESHES);
const control = (of: string, required: number): Body => ({
  type: "ChangeControl",
  mesh: of,
  name: "guard",
  spec: required === 0 ? { rollback: { window: "1m", nacks: 0 } } : { approvals: { required } },
});
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.tuple(inMesh, fc.integer({ min: 1, max: 9 })).map(([of, n]) => ({ put: timeout("slow", n, of) })),
  inMesh.map((of) => ({ delete: `MeshTimeout/${of}/slow` })),
  fc.tuple(inMesh, fc.integer({ min: 0, max: 2 })).map(([of, n]) => ({ put: control(of, n) })),
  inMesh.map((of) => ({ delete: `ChangeControl/${of}/guard` })),
  inMesh.map((of) => ({ delete: `Mesh//${of}` })),
  inMesh.map((of) => ({ put: mesh(of) })),
  fc.integer({ min: 1, max: 6 }).map((to) => ({ rollback: { to, created: "delete" } as const })),
);
const who = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("write" as const), who, asked }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("plan" as const), who, asked }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("approve" as const), who, plan: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), who, plan: fc.nat({ max: 1 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("commit" as const), who, plan: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("revoke" as const), who }) },
);

/** Held back without approval, with the author's own, and with one that was taken back; then let through. */
const SURE: Step[] = [
  { do: "write", who: 0, asked: { put: timeout("slow", 2, "one") } },
  { do: "plan", who: 0, asked: { put: timeout("slow", 3, "one") } },
  { do: "approve", who: 0, plan: 0 },
  { do: "commit", who: 0, plan: 0 },
  { do: "approve", who: 1, plan: 0 },
  { do: "withdraw", who: 1, plan: 0 },
  { do: "commit", who: 1, plan: 0 },
  { do: "approve", who: 2, plan: 0 },
  { do: "commit", who: 0, plan: 0 },
];

let name = 0;

test("what a mesh demands is there whenever it is touched", async () => {
  let held = 0;
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      const org = await signUp(plane, `guarded-${++name}`);
      const writer = org.control.writer;
      await org.apply([...MESHES.map((of) => mesh(of)), timeout("slow", 1, "one"), timeout("slow", 1, "two")]);
      await org.apply([control("one", 1), control("two", 2)]);
      const people: Caller[] = [];
      for (let at = 0; at < 4; at++) {
        const token = { name: `p${at}`, scopes: ["write", "plan:approve"], expiresAt: null };
        people.push({
          ...org.admin,
          actor: `token:${(await writer.createToken(org.admin, token)).id}`,
          scopes: ["admin"],
        });
      }
      // What the test itself remembers: an oracle that shares nothing with the guard.
      const plans: { readonly id: string; readonly author: string; readonly approvers: Set<string> }[] = [];
      const revoked = new Set<string>();
      const demanded = async (): Promise<ReadonlyMap<string, number>> => {
        const { items } = await org.store.list({ type: "ChangeControl", offset: 0, size: 99 });
        const found = items.map(({ resource }) => {
          const spec = resource.spec as { readonly approvals?: { readonly required: number } };
          return [resource.mesh, spec.approvals?.required ?? 0] as const;
        });
        return new Map(found);
      };
      for (const [at, one] of steps.entries()) {
        const caller = people[one.who] as Caller;
        const plan = "plan" in one ? plans.at(-1 - one.plan) : undefined;
        if ("plan" in one && plan === undefined) continue;
        const before = await demanded();
        const change = (of: Asked, planId?: string): Change => ({
          put:
            of.put === undefined
              ? []
              : [{ key: { type: of.put.type, mesh: of.put.mesh ?? "", name: of.put.name }, body: of.put }],
          delete: of.delete === undefined ? [] : [{ key: keyOf(of.delete) }],
          reason: "",
          writeId: `${name}-${at}`,
          ...(of.rollback && { rollback: of.rollback }),
          ...(planId !== undefined && { planId }),
        });
        const { revision } = await org.store.heads();
        try {
          if (one.do === "write") await writer.apply(caller, change(one.asked));
          if (one.do === "commit") await writer.apply(caller, change({}, plan?.id));
          if (one.do === "plan") {
            const { id } = await writer.plan(caller, change(one.asked));
            plans.push({ id, author: caller.actor, approvers: new Set() });
          }
          if (one.do === "approve") {
            await writer.approvePlan(caller, plan?.id ?? "");
            plan?.approvers.add(caller.actor);
          }
          if (one.do === "withdraw") {
            await writer.withdrawApproval(caller, plan?.id ?? "");
            plan?.approvers.delete(caller.actor);
          }
          if (one.do === "revoke") {
            await writer.revokeToken(org.admin, caller.actor.replace("token:", ""));
            revoked.add(caller.actor);
          }
        } catch (error) {
          if (!(error instanceof Fault) || error.code === "internal") throw error;
          if (error.code === "guarded") held += 1;
        }
        const records = await org.store.revisions({ size: 9 });
        const made = records.filter((record) => record.revision > revision);
        if (made.length === 0) continue;
        const touched = new Set(
          made.flatMap(({ changes }) => changes.map(({ key }) => (key.type === "Mesh" ? key.name : key.mesh))),
        );
        const approvers = [...(plan?.approvers ?? [])].filter((actor) => actor !== plan?.author && !revoked.has(actor));
        for (const of of touched) {
          const required = before.get(of) ?? 0;
          expect(approvers.length, `${one.do} of ${[...touched]}`).toBeGreaterThanOrEqual(required);
          if (required > 0) passed += 1;
        }
      }
    }),
    { numRuns: 12, examples: [[SURE]] },
  );
  // Otherwise it has shown nothing.
  expect(held).toBeGreaterThan(1);
  expect(passed).toBeGreaterThan(0);
});
