// Names that appear while a zone is cut off: numbered from its own part, kept over a restart, told once, and left to the control plane.
import { beforeEach, expect, test } from "vitest";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { numberOf, partOf } from "#model/virtual/address.ts";
import type { VirtualAddress } from "#model/virtual/name.ts";
import { tableOf } from "#relay/dns.ts";
import { type OwnNames, openOwnNames } from "#relay/own-names.ts";
import type { Vault } from "#relay/state/vault.ts";

const meta = { labels: {}, creationTime: "", modificationTime: "" };
const dataplane = (name: string, service: string): Resource<DataplaneSpec> => ({
  ...{ type: "Dataplane", mesh: "m", name, ...meta },
  spec: { networking: { address: "10.0.0.1", inbound: [{ port: 80, tags: { "kuma.io/service": service } }] } },
});
const viewOf = (...addresses: readonly VirtualAddress[]): View => ({
  mesh: { type: "Mesh", mesh: "", name: "m", ...meta, spec: {} },
  resources: {},
  bundle: [],
  departed: [],
  addresses: [{ name: "service/old", address: "240.0.0.7" }, ...addresses, { name: "zone/east", address: "3" }],
});

let files: Map<string, unknown>;
let views: readonly View[];
let told: unknown[];
let here: readonly Resource<DataplaneSpec>[];
const vault = (): Vault => ({
  read: async (name) => structuredClone(files.get(name) ?? null),
  write: async (name, value) => void files.set(name, structuredClone(value)),
  remove: async (name) => void files.delete(name),
  names: async () => [...files.keys()],
});
const open = (): Promise<OwnNames> =>
  openOwnNames({
    zone: "east",
    relay: "r1",
    vault: vault(),
    views: () => views,
    here: () => [["m", here]],
    log: () => undefined,
    report: (one) => told.push(one),
  });
const addressOf = (names: OwnNames, name: string): string | undefined =>
  names.views()[0]?.addresses?.find((one) => one.name === name)?.address;

beforeEach(() => {
  files = new Map();
  views = [viewOf()];
  told = [];
  here = [];
});

test("a new name has an address of the zone's part, and is told once", async () => {
  const names = await open();
  expect(names.views()).toBe(views);
  here = [dataplane("n-1", "new"), dataplane("o-1", "old")];
  expect(names.number()).toBe(true);
  const address = addressOf(names, "service/new") ?? "";
  const [from, to] = partOf(3);
  expect(numberOf(address)).toBeGreaterThanOrEqual(from);
  expect(numberOf(address)).toBeLessThan(to);
  expect(addressOf(names, "service/old")).toBe("240.0.0.7");
  expect(told).toEqual([{ mesh: "m", virtual: "service/new", address }]);
  here = [dataplane("n-1", "new"), dataplane("n-2", "new")];
  expect(names.number()).toBe(false);
  expect(names.views()).toBe(names.views());
  expect(names.views()[0]?.resources.Dataplane?.map(({ name }) => name)).toEqual(["n-1", "n-2"]);
  expect(names.views()[0]?.addresses?.map(({ name }) => name)).toEqual(["service/new", "service/old", "zone/east"]);
});

test("another relay gives addresses of the zone's part alone, in meshes that there are", async () => {
  const names = await open();
  const claim = (address: string) => ({ name: "service/new", address, relay: "r2", number: 1 });
  const [from, to] = partOf(3);
  const text = (number: number, octet = 240): string =>
    `${octet}.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`;
  for (const address of ["240.0.0.8", text(from - 1), text(to), text(from, 241), "10.0.0.1"])
    expect(names.take("m", claim(address)), address).toBe(false);
  expect(names.take("none", claim(text(from)))).toBe(false);
  expect(names.views()).toBe(views);
  expect(names.take("m", claim(text(from)))).toBe(true);
  expect(addressOf(names, "service/new")).toBe(text(from));
});

test("another relay of the zone gives the same name the same address, and a restart keeps it", async () => {
  const names = await open();
  here = [dataplane("n-1", "new")];
  names.number();
  await names.settled();
  const again = await open();
  expect(addressOf(again, "service/new")).toBe(addressOf(names, "service/new"));
  files = new Map();
  const other = await open();
  here = [dataplane("n-9", "new")];
  other.number();
  expect(addressOf(other, "service/new")).toBe(addressOf(names, "service/new"));
});

test("what the control plane has named, or nobody offers any more, is left to it", async () => {
  const names = await open();
  const both = [dataplane("n-1", "new"), dataplane("g-1", "gone")];
  here = both;
  names.number();
  views = [viewOf({ name: "service/new", address: "240.0.0.9" })];
  here = both.slice(0, 1);
  names.settle();
  expect(names.views()).toBe(views);
  await names.settled();
  expect(files.get("given")).toEqual([]);
});

test("without a part of its own a zone gives none", async () => {
  views = [{ ...viewOf(), addresses: [] }];
  const names = await open();
  here = [dataplane("n-1", "new")];
  expect(names.number()).toBe(false);
});

test("its DNS server knows them; of two meshes with one name the first has it, or the one that is asked for", async () => {
  const names = await open();
  views = [{ ...viewOf(), resources: {} }];
  here = [dataplane("n-1", "new")];
  names.number();
  const other: View = {
    ...viewOf(),
    mesh: { ...viewOf().mesh, name: "a" },
    addresses: [{ name: "service/new", address: "240.0.0.1" }],
  };
  const asked = {
    id: 1,
    type: 1,
    isInternet: true,
    wantsRecursion: true,
    bytes: new Uint8Array(),
    size: 512,
    edns: null,
  };
  const addresses = (mesh?: string): readonly string[] => {
    const answer = tableOf([...names.views(), other], "east", mesh).answer({ ...asked, name: "new.mesh" });
    return (answer?.records ?? []).map(({ data }) => [...data].join("."));
  };
  expect(addresses()).toEqual(["240.0.0.1"]);
  expect(addresses("m")).toEqual([addressOf(names, "service/new")]);
  expect(addresses("other")).toEqual([]);
});
