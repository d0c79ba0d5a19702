// The table of joins: one row for each kind of proxy.
import type { ProxyKind } from "#model/proxy-kind.ts";
import { dataplaneJoin } from "./dataplane.ts";
import type { JoinKind } from "./join-kind.ts";
import { egressJoin, ingressJoin } from "./zone-proxy.ts";

export const JOIN_KINDS: Readonly<Record<ProxyKind, JoinKind>> = {
  Dataplane: dataplaneJoin,
  ZoneIngress: ingressJoin,
  ZoneEgress: egressJoin,
};
