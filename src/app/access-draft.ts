// Handler of drafts: a permission that leads to an answer, as it would be written.
import type { WireAccessDraft } from "#api/access.ts";
import { Fault } from "#model/fault.ts";
import { toWire } from "#model/wire.ts";
import { questionOf } from "./access.ts";
import { pretty } from "./answer.ts";
import type { Handler } from "./call.ts";

export const accessDraft: Handler<"api"> = async ({ app, caller, url }) => {
  const question = questionOf(url);
  const want = url.searchParams.get("want");
  if (want !== "allow" && want !== "deny")
    throw new Fault("malformed", "Invalid query", { violations: [{ field: "want", reason: "must be allow or deny" }] });
  const mesh = url.searchParams.get("mesh") || "default";
  const draft = await app.reader.access.draft(caller, mesh, { question, want });
  const { kri: _, creationTime: _made, modificationTime: _changed, ...resource } = toWire(draft.resource);
  return pretty({ ...draft, resource: resource as WireAccessDraft["resource"] } satisfies WireAccessDraft);
};
