// The roster against an oracle: whoever comes, goes, or falls silent, no two different proxies that answer hold one name.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { ProxyResource } from "#relay/registrar/admission.ts";
import { addressOf, createRoster, placeOf } from "#relay/registrar/roster.ts";

const proxy = { mesh: "default", name: "web-1" };

interface Machine {
  readonly from: string;
  readonly instance: string;
  readonly place: string;
  isAlive: boolean;
  isEnded: boolean;
  drop: () => void;
}

const one = (...values: readonly string[]) => fc.constantFrom(...values);
const step = fc.oneof(
  fc.record({
    kind: fc.constant("come" as const),
    from: one("a", "b"),
    instance: one("", "1", "2"),
    place: one("x", "y"),
  }),
  fc.record({ kind: one("fallSilent", "close"), which: fc.nat(5) }),
);

/** Written apart from the roster's own: the run, or else the machine and the place. */
const same = (a: Omit<Machine, "drop">, b: { from: string; instance: string; place: string }): boolean =>
  a.instance !== "" && a.instance === b.instance ? true : a.from === b.from && a.place === b.place;

test("a comer is refused while another one answers, and else those that do not are ended", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      let now = 0;
      const roster = createRoster(() => now);
      const there: Machine[] = [];
      for (const next of steps) {
        now++;
        if (next.kind !== "come") {
          const { which } = next as { which: number };
          const machine = there[which % Math.max(1, there.length)];
          if (machine === undefined) continue;
          if (next.kind === "fallSilent") machine.isAlive = false;
          else {
            machine.drop();
            there.splice(there.indexOf(machine), 1);
          }
          continue;
        }
        const { from, instance, place } = next as { from: string; instance: string; place: string };
        const comer = { from, instance, place };
        const others = there.filter((machine) => !same(machine, comer));
        expect(roster.isHeld(proxy, comer)).toBe(others.length > 0);
        const rival = await roster.rival(proxy, comer);
        expect(rival === null).toBe(!others.some(({ isAlive }) => isAlive));
        for (const machine of others) expect(machine.isEnded).toBe(!machine.isAlive);
        for (const machine of there.filter(({ isEnded }) => isEnded)) there.splice(there.indexOf(machine), 1);
        if (rival !== null) continue;
        expect(roster.isHeld(proxy, comer)).toBe(false);
        const machine: Machine = { ...comer, isAlive: true, isEnded: false, drop: () => undefined };
        machine.drop = roster.add(proxy, {
          ...{ ...comer, address: place, registration: String(now), answers: async () => machine.isAlive },
          end: () => {
            machine.isEnded = true;
          },
        });
        there.push(machine);
      }
      expect(there.some(({ isEnded }) => isEnded)).toBe(false);
    }),
  );
});

test("the rival that is told is the one that has been there longest", async () => {
  let now = 0;
  const roster = createRoster(() => now);
  const answers = async (): Promise<boolean> => true;
  for (const [at, address] of [
    [30, "late"],
    [10, "early"],
    [20, "middle"],
  ] as const) {
    now = at;
    const holder = {
      from: "a",
      instance: "",
      place: "x",
      address,
      registration: address,
      answers,
      end: () => undefined,
    };
    roster.add(proxy, holder);
  }
  expect(await roster.rival(proxy, { from: "b", instance: "", place: "y" })).toEqual({
    address: "early",
    from: "a",
    since: 10,
  });
});

describe("where a proxy listens", () => {
  const dataplane = (networking: DataplaneSpec["networking"], labels = {}): ProxyResource =>
    ({ type: "Dataplane", mesh: "default", name: "a", labels, spec: { networking } }) as ProxyResource;
  const inbound = (port: number, more: object = {}) => ({ port, tags: { "kuma.io/service": "web" }, ...more });
  const plain = dataplane({ address: "10.0.0.1", inbound: [inbound(80), inbound(81)] });

  test.each([
    ["other tags", { address: "10.0.0.1", inbound: [{ port: 80, tags: { version: "2" } }, inbound(81)] }, true],
    ["another order", { address: "10.0.0.1", inbound: [inbound(81), inbound(80)] }, true],
    [
      "an address that is written out",
      { address: "10.0.0.1", inbound: [inbound(80, { address: "10.0.0.1" }), inbound(81)] },
      true,
    ],
    [
      "outbounds",
      { address: "10.0.0.1", inbound: [inbound(80), inbound(81)], outbound: [{ port: 1, tags: {} }] },
      true,
    ],
    ["another address", { address: "10.0.0.2", inbound: [inbound(80), inbound(81)] }, false],
    ["another port", { address: "10.0.0.1", inbound: [inbound(80), inbound(82)] }, false],
    ["an inbound less", { address: "10.0.0.1", inbound: [inbound(80)] }, false],
    [
      "another address of an inbound",
      { address: "10.0.0.1", inbound: [inbound(80), inbound(81, { address: "10.0.0.9" })] },
      false,
    ],
  ])("with %s", (_, networking, isSame) => {
    expect(placeOf(dataplane(networking as DataplaneSpec["networking"])) === placeOf(plain)).toBe(isSame);
  });

  test.each([
    [plain, "10.0.0.1:80"],
    [dataplane({ address: "10.0.0.1", inbound: [inbound(80, { address: "10.0.0.9" })] } as never), "10.0.0.9:80"],
    [dataplane({ address: "2001:db8::1", inbound: [inbound(80)] } as never), "[2001:db8::1]:80"],
    [dataplane({ address: "10.0.0.1", gateway: { tags: {} } } as never), "10.0.0.1"],
    [dataplane(undefined), ""],
    [
      {
        type: "ZoneIngress",
        mesh: "",
        name: "in",
        labels: {},
        spec: { networking: { address: "10.0.0.3", port: 10001 } },
      },
      "10.0.0.3:10001",
    ],
  ] as unknown as readonly (readonly [ProxyResource, string])[])("%j is told as %s", (resource, text) => {
    expect(addressOf(resource)).toBe(text);
  });
});
