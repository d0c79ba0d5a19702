// Every resource of a type, page by page, for views that filter or count in memory.
import { LARGEST_SIZE, type PageQuery } from "#api/page.ts";
import type { TypeName } from "#model/kinds.ts";
import type { StoredResource } from "#store/face/resource.ts";
import type { ApiCall } from "./call.ts";

/** All that the caller may read; `query` narrows by name and labels, its offset and size are not used. */
export async function listAll(
  call: ApiCall,
  type: TypeName,
  mesh: string | undefined,
  { name, labels }: Pick<PageQuery, "name" | "labels">,
): Promise<readonly StoredResource[]> {
  const all: StoredResource[] = [];
  for (;;) {
    const page = await call.app.reader.list(call.caller, {
      type,
      labels,
      offset: all.length,
      size: LARGEST_SIZE,
      ...(mesh === undefined ? {} : { mesh }),
      ...(name === undefined ? {} : { nameContains: name }),
    });
    all.push(...page.items);
    if (page.items.length === 0 || all.length >= page.total) return all;
  }
}
