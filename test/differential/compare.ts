// Where two answers differ: one line a place, as `meant.ts` names places.
import type { Json } from "#model/json.ts";
import type { Difference } from "#test/xds/difference.ts";
import { alignedDifferences } from "./aligned.ts";
import { withNamedAddresses, withOwnEndpoints } from "./alike.ts";
import type { Answer, ProxyAnswer, Resources } from "./answer.ts";
import { canonicalResource, sorted } from "./canonical.ts";

/** `listener inbound:10.0.0.1:9090 /filterChains/0/filters/0 -`: `-` only Kuma, `+` only Weft, `~` both. */
export interface Place {
  readonly text: string;
  readonly kuma?: Json;
  readonly weft?: Json;
}

/** Every place at which the answers about a proxy differ. */
export function placesOf(kuma: Answer, weft: Answer): readonly Place[] {
  if (kuma.refused !== undefined) return kuma.refused.map((text) => ({ text: `refused ${text} -` }));
  const names = [...new Set([...Object.keys(kuma.proxies), ...Object.keys(weft.proxies)])].sort();
  return names.flatMap((name) => {
    const [one, other] = [kuma.proxies[name] ?? NOTHING, weft.proxies[name] ?? NOTHING];
    return one.config === null ? [{ text: `broken ${name} -` }] : placesOfProxy(one, other);
  });
}

const NOTHING: ProxyAnswer = { rules: {}, config: {} };

function placesOfProxy(kuma: ProxyAnswer, weft: ProxyAnswer): readonly Place[] {
  return [
    ...between(alike(kuma.config ?? {}), alike(weft.config ?? {}), canonicalResource),
    ...between(prefixed(kuma.rules), prefixed(weft.rules), (_, body) => sorted(body)),
  ];
}

const alike = (config: Resources): Resources => withOwnEndpoints(withNamedAddresses(config));

function prefixed(rules: ProxyAnswer["rules"]): ProxyAnswer["rules"] {
  return Object.fromEntries(Object.entries(rules).map(([type, said]) => [`rules ${type}`, said]));
}

function between(
  kuma: Readonly<Record<string, Json>>,
  weft: Readonly<Record<string, Json>>,
  canonical: (name: string, body: Json) => Json,
): readonly Place[] {
  const names = [...new Set([...Object.keys(kuma), ...Object.keys(weft)])].sort();
  return names.flatMap((name): readonly Place[] => {
    const [was, now] = [kuma[name], weft[name]];
    if (was === undefined) return [{ text: `${name} +` }];
    if (now === undefined) return [{ text: `${name} -` }];
    return alignedDifferences(canonical(name, was), canonical(name, now)).map((one) => place(name, one));
  });
}

function place(name: string, { at, was, now }: Difference): Place {
  const sign = was === undefined ? "+" : now === undefined ? "-" : "~";
  return {
    text: `${name} ${at} ${sign}`,
    ...(was !== undefined && { kuma: was }),
    ...(now !== undefined && { weft: now }),
  };
}
