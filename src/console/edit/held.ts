// A resource as the control plane holds it, with the ETag that guards a change of it.
import { queryOptions } from "@tanstack/react-query";
import { api } from "#console/data/api.ts";

export interface Held {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly etag: string;
}

/** Where it stands; the mesh is empty for kinds of no mesh. */
export interface Address {
  readonly org: string;
  readonly mesh: string;
  readonly plural: string;
  readonly name: string;
}

export function heldQuery({ org, mesh, plural, name }: Address) {
  return queryOptions<Held, Error>({
    queryKey: ["get", org, mesh, plural, name],
    // What was shown before is another resource.
    placeholderData: () => undefined,
    async queryFn({ signal }) {
      const params = { organisation: org, mesh, plural, name };
      const { body, headers } =
        mesh === ""
          ? await api.exchange("getGlobal", { params, signal })
          : await api.exchange("get", { params, signal });
      return { resource: body ?? {}, etag: (headers.get("etag") ?? "").replaceAll('"', "") };
    },
  });
}
