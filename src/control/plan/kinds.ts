// What an outcome does in kind: the same for three proxies of a service as for thirty. Two of them are compared, and told apart in words. Pure.

import type { Change, ResourceEffect, Shape } from "#compile/effect/shape.ts";
import { verdictEffect } from "#compile/verdict.ts";
import type { Outcome } from "#control/outcome.ts";
import type { Digest } from "#model/json.ts";
import type { Violation } from "#model/violation.ts";

/** One thing that happens to resources of one kind, whichever proxies have them. */
export interface EffectKind {
  /** Of Envoy's resources; `endpoints`; `secret`; `proxy` where whole proxies come or go. */
  readonly kind: string;
  readonly mesh: string;
  readonly change: Change;
  /** Of the patch without addresses and values of a proxy's own. */
  readonly hash: string;
  /** Resources that it happens to, but for those that are named after a proxy's own values; sorted. */
  readonly names: readonly string[];
  /** Services whose proxies have them, sorted. */
  readonly services: readonly string[];
}

export interface Kinds {
  readonly effect: readonly EffectKind[];
  /** `web → api in mesh shop: denied → allowed`. */
  readonly access: readonly string[];
  readonly new: readonly string[];
  readonly mended: readonly string[];
}

/** Differences that are named. */
const NAMED = 20;

/** Addresses are given to newcomers in their order, and stand in what was asked for anyway. */
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:+){3,}[0-9a-f]{0,4}\b/gi;

/** Of an outcome that names all proxies. `serviceOf` tells whose a proxy is. */
export function kindsOf(
  { effect, access, faults }: Outcome,
  serviceOf: (mesh: string, proxy: string) => string,
  digest: Digest,
): Kinds {
  const found = new Map<string, { readonly kind: EffectKind; names: Set<string>; services: Set<string> }>();
  const hashes = new Map<unknown, string>();
  const texts = new Map<string, string>();
  const hashOf = ({ patch, own }: ResourceEffect): string => {
    const known = own ? undefined : hashes.get(patch);
    if (known !== undefined) return known;
    const text = own
      ? JSON.stringify(patch.map(({ op, path }) => [op, path]))
      : JSON.stringify(patch).replace(ADDRESS, "<address>");
    const hash = texts.get(text) ?? digest(text).slice(0, 16);
    texts.set(text, hash);
    hashes.set(patch, hash);
    return hash;
  };
  const add = (kind: Omit<EffectKind, "names" | "services">, name: string | null, services: Iterable<string>): void => {
    const key = JSON.stringify([kind.kind, kind.mesh, kind.change, kind.hash]);
    const entry = found.get(key) ?? {
      kind: { ...kind, names: [], services: [] },
      names: new Set<string>(),
      services: new Set<string>(),
    };
    found.set(key, entry);
    if (name !== null) entry.names.add(name);
    for (const one of services) entry.services.add(one);
  };
  const addShape = ({ mesh, change, proxies, resources }: Shape): void => {
    const services = new Set(proxies.names.map((name) => serviceOf(mesh, name)));
    if (change !== "changed") add({ kind: "proxy", mesh, change, hash: "" }, null, services);
    for (const one of change === "changed" ? resources : [])
      add({ kind: one.kind, mesh, change: one.change, hash: hashOf(one) }, one.own ? null : one.name, services);
  };
  for (const { shapes, endpoints, secrets } of effect.zones) {
    shapes.forEach(addShape);
    for (const { mesh, cluster, added, removed, changed } of endpoints) {
      const what = [added, removed, changed].map((list) => (list.length > 0 ? "1" : "0")).join("");
      add({ kind: "endpoints", mesh, change: "changed", hash: what }, cluster, []);
    }
    for (const { mesh, name, change } of secrets) add({ kind: "secret", mesh, change, hash: "" }, name, []);
  }
  return {
    effect: [...found.values()].map(({ kind, names, services }) => ({
      ...kind,
      names: [...names].sort(),
      services: [...services].sort(),
    })),
    access: access.map(accessText).sort(),
    new: faults.new.map(faultText).sort(),
    mended: faults.mended.map(faultText).sort(),
  };
}

/**
 * What would happen `now` and was not `shown`, and where `whole`, what was shown and would happen no more. More or fewer
 * proxies of the services that were shown are no difference.
 */
export function kindDifferences(shown: Kinds, now: Kinds, whole: boolean): readonly Violation[] {
  const found: Violation[] = [];
  const tell = (field: string, reason: string): void => void found.push({ field, reason });
  const places = new Map(shown.effect.map((one) => [placeOf(one), one]));
  const taken = new Set<string>();
  for (const one of now.effect) {
    const place = placeOf(one);
    const before = places.get(place);
    taken.add(place);
    if (before === undefined) {
      const names = new Set(one.names);
      const other = shown.effect.find(
        ({ kind, mesh, names: old }) => kind === one.kind && mesh === one.mesh && old.some((name) => names.has(name)),
      );
      if (other !== undefined) taken.add(placeOf(other));
      tell(
        "effect",
        `${effectText(one)} ${other === undefined ? "and the plan does not show that" : "otherwise than the plan shows"}`,
      );
      continue;
    }
    const names = one.names.filter((name) => !before.names.includes(name));
    const services = one.services.filter((name) => !before.services.includes(name));
    if (names.length > 0) tell("effect", `${effectText({ ...one, names })} too`);
    else if (services.length > 0) tell("effect", `${effectText(one)} for proxies of ${services.join(", ")} too`);
  }
  const lists = [
    ["access", "access"],
    ["faults", "new"],
    ["faults", "mended"],
  ] as const;
  for (const [field, list] of lists) {
    const told = list === "access" ? "" : list === "new" ? "would be a new fault: " : "would be mended: ";
    const [old, fresh] = [new Set(shown[list]), new Set(now[list])];
    for (const one of fresh) if (!old.has(one)) tell(field, `${told}${one}, and the plan does not show that`);
    if (whole) for (const one of old) if (!fresh.has(one)) tell(field, `shown, and no more so: ${told}${one}`);
  }
  if (whole)
    for (const [place, one] of places)
      if (!taken.has(place)) tell("effect", `shown, and no more so: ${effectText(one)}`);
  return found.slice(0, NAMED);
}

function placeOf({ kind, mesh, change, hash }: EffectKind): string {
  return JSON.stringify([kind, mesh, change, hash]);
}

function effectText({ kind, mesh, change, names }: EffectKind): string {
  const some = names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  const where = mesh === "" ? "of the zone's gates" : `of mesh ${mesh}`;
  return `${kind}${some === "" ? "" : ` ${some}`} ${where} would be ${change}`;
}

function accessText({ mesh, from, to, port, before, after }: Outcome["access"][number]): string {
  const verdict = (one: typeof after): string => {
    const effect = verdictEffect(one);
    return effect === "all" || effect === "none" ? one.outcome : `${one.outcome} ${effect}`;
  };
  return `${from} → ${to}${port === undefined ? "" : `:${port}`} in mesh ${mesh}: ${verdict(before)} → ${verdict(after)}`;
}

function faultText({ kri, field, reason }: Outcome["faults"]["new"][number]): string {
  return `${kri}${field === "" ? "" : ` ${field}`}: ${reason}`;
}
