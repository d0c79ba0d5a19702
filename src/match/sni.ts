// Server names: what a client says of the destination that it means, and what ingresses and egresses choose a chain by.
import { ANY } from "#model/selector.ts";
import { hashSni, sniName, tagSni } from "#model/sni.ts";
import type { Tags } from "#model/tag.ts";
import type { Target } from "./target.ts";

type Sought = Target extends infer One ? (One extends Target ? Omit<One, "key" | "id"> : never) : never;

/** The SNI of a target; the same in every zone, whoever calls and whoever answers. */
export function sniOf(target: Sought, mesh: string): string {
  switch (target.kind) {
    case "tags":
      return tagSni(mesh, particular(target.tags));
    case "service":
      return hashSni("msvc", mesh, sniName(target.service), target.port.port);
    case "multi":
      return hashSni("mzsvc", mesh, sniName(target.multi), target.port.port);
    case "external":
      return hashSni("extsvc", mesh, sniName(target.external), target.external.spec.match.port);
  }
}

/** Any value is none in particular, and Envoy takes no `*` inside a server name. */
function particular(tags: Tags): Tags {
  if (!Object.values(tags).includes(ANY)) return tags;
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ANY));
}
