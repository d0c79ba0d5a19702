// Which certificates have entered the last quarter of their life: CAs of meshes, issuers, and leaves of proxies that live. Pure.
import { noticeOf } from "#model/webhook/event.ts";
import { forgotten, type Marks, type Sight } from "./sight.ts";

const PREFIX = "certificate/";

export interface Lifetime {
  readonly kind: "ca" | "issuer" | "proxy";
  readonly mesh: string;
  /** Of the proxy; of others the key id. */
  readonly name: string;
  /** Empty for a mesh's CA. */
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Each certificate is told of once; a newer one of the same name takes its place. */
export function certificateSight(lifetimes: readonly Lifetime[], marks: Marks, now: number): Sight {
  const ages = lifetimes.map((one) => ({
    one,
    name: `${PREFIX}${one.kind}/${one.mesh}/${one.name}`,
    value: String(one.notAfter),
    last: one.notAfter - (one.notAfter - one.notBefore) / 4,
  }));
  const fresh = ages.filter(({ name, value, last }) => last <= now && marks.get(name) !== value);
  const coming = ages.flatMap(({ last }) => (last > now ? [last] : []));
  return {
    notices: fresh.map(({ one: { kind, mesh, name, zone, notBefore, notAfter } }) => {
      const data = { kind, mesh, name, zone, notBefore: isoOf(notBefore), notAfter: isoOf(notAfter) };
      return noticeOf(`msg_c${kind}-${mesh}-${name}-${notAfter}`, "certificate.expiring", isoOf(now), data);
    }),
    marks: [
      ...fresh.map(({ name, value }) => ({ name, value })),
      ...forgotten(marks, PREFIX, new Set(ages.map(({ name }) => name))),
    ],
    due: coming.length === 0 ? null : Math.ceil(coming.reduce((a, b) => Math.min(a, b))),
  };
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
