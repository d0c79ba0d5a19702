// Admission of a zone's ingresses and egresses: the relay's own zone, a token of it, a name that no other of them has.

import { withZone } from "#model/kind/zone-proxy-rules.ts";
import type { Kind } from "#model/kind.ts";
import { KINDS } from "#model/kinds.ts";
import { PROXY_KINDS, type ZoneProxyKind } from "#model/proxy-kind.ts";
import { LABEL } from "#model/tag.ts";
import { at } from "#model/violation.ts";
import { fromWire } from "#model/wire.ts";
import { type ZoneProxy, zoneOfProxy } from "#model/zone-place.ts";
import { verifyZoneToken, zoneTokenReason } from "#trust/zone-token.ts";
import type { AdmissionKind } from "./admission-kind.ts";

export const ingressAdmission: AdmissionKind = admissionOf("ZoneIngress", "zone ingress");
export const egressAdmission: AdmissionKind = admissionOf("ZoneEgress", "zone egress");

function admissionOf(type: ZoneProxyKind, noun: string): AdmissionKind {
  return {
    noun,
    token: "a zone token",
    async verify(jwt, { zoneTokens }, clock) {
      const verified = await verifyZoneToken(
        jwt,
        {
          keyOf: (kid) => zoneTokens?.keys.find((key) => key.kid === kid),
          isRevoked: (jti) => zoneTokens?.revoked.includes(jti) === true,
        },
        clock,
      );
      if (!verified.ok) return verified;
      const { claims } = verified;
      return {
        ok: true,
        tokenId: claims.jti,
        mesh: "",
        violations(_, own) {
          const reason = zoneTokenReason(claims, own, PROXY_KINDS[type].word);
          return reason === null ? [] : [{ field: "token", reason }];
        },
      };
    },
    placeReason({ name }, { registered, zoneProxies = [] }) {
      const twin = [registered, ...zoneProxies].find((one) => one?.name === name && one.type !== type);
      return twin === undefined
        ? null
        : `name: a ${twin.type} has the name ${JSON.stringify(name)} already; ingresses and egresses share one space of names, so choose another`;
    },
    read(wire, { name }, zone) {
      const read = fromWire(KINDS[type] as unknown as Kind, wire, { mesh: "", name });
      if (read.violations !== undefined) return read;
      const proxy = read.resource as ZoneProxy;
      const said = zoneOfProxy(proxy);
      if (said !== "" && said !== zone) return { violations: [{ field: "zone", reason: foreign(said, zone) }] };
      return { resource: { ...proxy, spec: withZone(proxy.spec, zone) } };
    },
    stored: ({ name }, { zoneProxies = [], zone }) =>
      zoneProxies.find((one) => one.type === type && one.name === name && zoneOfProxy(one) === zone),
    heldIn({ name }, { zoneProxies = [] }) {
      const held = zoneProxies.find((one) => one.name === name);
      return held === undefined ? null : zoneOfProxy(held) || null;
    },
    absent: ({ name }) => `${noun} "${name}" is not registered in this zone, and none was brought`,
  };
}

function foreign(said: string, zone: string): string {
  return `${at("labels", LABEL.zone)}: is ${JSON.stringify(said)}, and this relay is in the zone ${JSON.stringify(zone)}`;
}
