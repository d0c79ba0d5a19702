// A commit is refused exactly when an access test that held before it does not hold after it, and a plan names those tests.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import type { Resource } from "#model/resource.ts";
import { toWire } from "#model/wire.ts";
import { dataplane, everybody, meshService, targetRefPolicy } from "#test/access-world.ts";
import {
  type Body,
  changeOf,
  faultOf,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  signUp,
  zone,
} from "#test/control/harness.ts";

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

type Spec = { readonly expect: "allow" | "deny"; readonly from: string; readonly to: string } & Readonly<
  Record<string, string>
>;

const body = (one: Resource): Body => toWire(one) as unknown as Body;
const who = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("a", "b", "c") },
  fc.constantFrom("edge", "d1", "spiffe://default/b", "nobody"),
);
const accessTest: fc.Arbitrary<Body> = fc
  .record({
    name: fc.constantFrom("t1", "t2", "t3", "t4"),
    spec: fc.record(
      {
        expect: fc.constantFrom("allow", "deny"),
        from: who,
        to: who,
        method: fc.constantFrom("GET", "POST"),
        path: fc.constantFrom("/", "/x", "/y"),
        port: fc.constantFrom("80", "81"),
      },
      { requiredKeys: ["expect", "from", "to"] },
    ),
  })
  .map(({ name, spec }) => ({ type: "AccessTest", mesh: "default", name, spec }));
const world = fc.oneof(dataplane.map(body), { weight: 8, arbitrary: targetRefPolicy.map(body) }, meshService.map(body));
const off: Body = { type: "Mesh", name: "default" };
const put = fc.oneof(
  { weight: 5, arbitrary: world },
  { weight: 3, arbitrary: accessTest },
  { weight: 1, arbitrary: fc.constantFrom(off, mtlsMesh()) },
);
interface Step {
  readonly puts: Body[];
  /** Of what stands, these go. */
  readonly gone: number[];
}
const step: fc.Arbitrary<Step> = fc.record({
  puts: fc.array(put, { minLength: 1, maxLength: 3 }),
  gone: fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
});

const fromAToB = (name: string, wanted: "allow" | "deny"): Body => ({
  ...{ type: "AccessTest", mesh: "default", name },
  spec: { expect: wanted, from: "a", to: "b" },
});
/** Nobody may, and one test fails; a mesh that lets everybody breaks the other; with that one turned round it mends both. */
const SURE: [Body[], Body[], Step[]] = [
  [],
  [fromAToB("t1", "deny"), fromAToB("t2", "allow")],
  [
    { puts: [off], gone: [] },
    { puts: [off, fromAToB("t1", "allow")], gone: [] },
  ],
];

const keyOf = ({ type, mesh = "", name }: Body): string => `${type}/${mesh}/${name}`;

/** Whether it holds in an organisation that has no access tests: told by the answer to one question at a time. */
async function holds(org: Org, spec: Spec): Promise<boolean> {
  const { expect: wanted, from, to, port, method, path } = spec;
  const request = { ...(method && { method }), ...(path && { path }) };
  const asked = org.control.reader.access.reach(org.admin, "default", { from, to, request, ...(port && { port }) });
  const outcomes = await asked.then(
    ({ verdict }) => [verdict, ...(verdict.parts ?? [])].map(({ outcome }) => outcome),
    (error: unknown) => {
      if (error instanceof Fault && error.code === "absent") return ["none" as const];
      throw error;
    },
  );
  const [whole] = outcomes;
  if (wanted === "allow") return whole === "allowed" || whole === "open";
  const got = whole === "mixed" ? outcomes.slice(1) : outcomes;
  return got.every((outcome) => outcome === "denied" || outcome === "none");
}

/** What the rules of its resources do not let through says nothing of tests. */
function refusedByRules(error: unknown): null {
  if (error instanceof Fault && error.code === "invalid") return null;
  throw error;
}

let name = 0;

test("exactly what breaks a test is refused", async () => {
  const counts = { refused: 0, committed: 0, mended: 0, failing: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(world, { minLength: 1, maxLength: 3 }),
      fc.array(accessTest, { minLength: 2, maxLength: 4 }),
      fc.array(step, { minLength: 3, maxLength: 6 }),
      async (first, tests, steps) => {
        const org = await signUp(plane, `tested-${++name}`);
        const twin = await signUp(plane, `twin-${name}`);
        for (const one of [org, twin]) await one.apply([zone()]);
        let standing = new Map<string, Body>();
        const begin = [
          mtlsMesh("default", { skipCreatingInitialPolicies: ["*"] }),
          ...everybody.map(body),
          ...first,
          ...tests,
        ];
        for (const one of [{ puts: begin, gone: [] }, ...steps]) {
          // What is written later replaces its namesake.
          const puts = new Map(one.puts.map((each) => [keyOf(each), each]));
          const keys = [...standing.keys()].filter((key) => !key.startsWith("Mesh/") && !puts.has(key));
          const gone = [...new Set(one.gone.flatMap((at) => keys[at] ?? []))];
          const later = new Map([...standing, ...puts]);
          for (const key of gone) later.delete(key);
          const isTest = (key: string): boolean => key.startsWith("AccessTest/");
          const specs = [...later]
            .filter(([key]) => isTest(key))
            .map(([, each]) => [each.name, each.spec as Spec] as const);
          const isThere = standing.size > 0;
          const asked = { put: [...puts.values()], delete: gone };
          const plan = await org.control.writer.plan(org.admin, changeOf(asked)).catch(refusedByRules);
          if (plan === null) continue;
          const before = new Map<string, boolean>();
          for (const [of, spec] of specs) before.set(of, isThere ? await holds(twin, spec) : spec.expect === "deny");
          const twinPuts = [...puts].filter(([key]) => !isTest(key)).map(([, each]) => each);
          const twinGone = gone.filter((key) => !isTest(key));
          await twin.apply(twinPuts, twinGone);
          const after = new Map<string, boolean>();
          for (const [of, spec] of specs) after.set(of, await holds(twin, spec));
          const broken = specs.map(([of]) => of).filter((of) => before.get(of) === true && after.get(of) === false);

          expect(plan.tests.broken.map((each) => each.name)).toEqual(broken.sort());
          expect(plan.demands.map(({ control }) => control)).toEqual(broken);
          counts.mended += plan.tests.mended.length;
          counts.failing += plan.tests.failing.length;
          const commit = org.control.writer.apply(org.admin, changeOf(asked));
          if (broken.length === 0) {
            await commit;
            counts.committed += 1;
            standing = later;
            continue;
          }
          const { code, violations } = await faultOf(commit);
          expect(code).toBe("guarded");
          expect(violations.map((text) => text.split(":")[0])).toEqual(broken.map((of) => `AccessTest/default/${of}`));
          counts.refused += 1;
          // The twin goes back to what stands.
          const old = [...twinPuts.map(keyOf), ...twinGone];
          const back = old.flatMap((key) => standing.get(key) ?? []);
          const fresh = old.filter((key) => !standing.has(key));
          if (standing.size > 0) await twin.apply(back, fresh);
          else return;
        }
      },
    ),
    { numRuns: 16, endOnFailure: true, examples: [SURE] },
  );
  // Otherwise it has shown nothing.
  for (const [what, count] of Object.entries(counts)) expect(count, what).toBeGreaterThan(0);
});
