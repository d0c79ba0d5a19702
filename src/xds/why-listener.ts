// Why a zone listener is as it is: what policies say of the destinations behind it, chain by chain, told once where it is the same.
import type { MatchedInbound, MatchedOutbound } from "#match/matched.ts";
import type { Bindings, Json } from "#model/json.ts";
import { writtenFields } from "./explain.ts";
import type { Generated } from "./resource.ts";
import { byOrder, chainSettings, type Place, type Setting } from "./why.ts";

export type { Place } from "./why.ts";

/** A destination behind it: what holds for who comes, for its cluster, and what was made of both. */
export interface WhyChain {
  readonly sni: string;
  readonly inbound: MatchedInbound["policies"];
  readonly policies: MatchedOutbound["policies"];
  readonly made: Generated;
}

interface Section {
  readonly type: "ZoneIngress" | "ZoneEgress";
  readonly section: string;
  readonly address: string;
  readonly port: number;
}

interface Found {
  readonly said: Omit<Setting, "envoy">;
  /** What it became, by the server name of the chain. */
  readonly became: Map<string, Setting["envoy"]>;
}

/** The listener as a place; `bindings` fill its holes. What does not hold for all destinations says for which it does. */
export function whyListener(
  { type, section, address, port }: Section,
  chains: readonly WhyChain[],
  bindings: Bindings,
): Place {
  const found = new Map<string, Found>();
  chains.forEach(({ sni, inbound, policies, made }, at) => {
    const written = writtenFields(made, bindings).map((one) => ({
      ...one,
      field: placed(one.resource.kind, one.field, at),
    }));
    for (const { envoy, ...said } of chainSettings({ inbound, policies }, written)) {
      const key = JSON.stringify(said);
      const one = found.get(key) ?? { said, became: new Map() };
      found.set(key, one);
      one.became.set(sni, envoy);
    }
  });
  const settings = [...found.values()].flatMap(({ said, became }): readonly Setting[] =>
    became.size === chains.length
      ? [{ ...said, envoy: [...became.values()].flat() }]
      : [...became].map(([sni, envoy]) => ({ ...said, clients: toward(sni, said.clients), envoy })),
  );
  const about = { name: section, service: type, address, port, protocol: "tls" };
  return { kind: "listener", ...about, settings: settings.sort(byOrder) };
}

/** Whom it holds for, of those that ask for this server name; tag matchers of older policies say nothing of that. */
function toward(sni: string, clients: Json | undefined): Json {
  if (Array.isArray(clients)) return clients;
  return { ...(clients as { readonly [member: string]: Json } | undefined), sni: { type: "Exact", value: sni } };
}

/** Of a chain's field its place in the whole listener: what was made has the chain alone. */
function placed(kind: string, field: string, at: number): string {
  return kind === "listener" ? field.replace(/^\/filterChains\/0(?=\/|$)/, `/filterChains/${at}`) : field;
}
