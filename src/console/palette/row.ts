// A row of the palette: a place to go to, or a deed; and where what the search finds is shown.
import type { SearchBody } from "#api/proxy-list.ts";
import type { KindRow } from "#console/data/kind.ts";
import { SERVICE_KINDS, type Service } from "#console/data/services.ts";

type Hit = SearchBody["items"][number];

export interface PaletteRow {
  /** The same for the same choice, so that it is known again. */
  readonly id: string;
  readonly text: string;
  /** What tells it from others of its name. */
  readonly detail: string;
  /** What sort of thing it is, in the reader's language. */
  readonly sort: string;
  /** Where it leads, below the console's own address; empty for a deed. */
  readonly to: string;
}

/** Fills `$name`s of an address. */
export function filled(address: string, values: Readonly<Record<string, string>>): string {
  return address.replaceAll(/\$(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}

const isServiceKind = (path: string): path is Service["kind"] => (SERVICE_KINDS as readonly string[]).includes(path);

/** The page that shows what was found; empty where there is none. */
export function addressOf(org: string, { kind, type, mesh, name }: Hit, kinds: readonly KindRow[]): string {
  const plural = kinds.find((row) => row.name === type)?.path ?? "";
  const values = { org, mesh, name, plural };
  switch (kind) {
    case "mesh":
      return filled("/o/$org/m/$name/services", values);
    case "zone":
      return filled("/o/$org/zones/$name", values);
    case "service":
      return filled("/o/$org/m/$mesh/services/tag/$name", values);
    case "revision":
      return filled("/o/$org/activity/$name", values);
    case "token":
      return filled("/o/$org/tokens?name=$name", values);
    default:
      if (type === "Dataplane") return filled("/o/$org/m/$mesh/proxies/$name", values);
      if (plural === "") return "";
      if (isServiceKind(plural)) return filled("/o/$org/m/$mesh/services/$plural/$name", values);
      return filled(`${mesh === "" ? "/o/$org" : "/o/$org/m/$mesh"}/resources/$plural/$name`, values);
  }
}
