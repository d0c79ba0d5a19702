// How one resource differs: what it was and is, field by field.
import type { ReactNode } from "react";
import type { DifferenceBody } from "#api/history.ts";
import { useSay } from "#console/text/say.ts";
import { stepText } from "./step-text.ts";

export function Difference({ item }: { readonly item: DifferenceBody }): ReactNode {
  const say = useSay();
  const name = item.mesh === "" ? `${item.type} ${item.name}` : `${item.type} ${item.mesh}/${item.name}`;
  return (
    <section className="panel part">
      <h3>{say(`revision.${item.change}`, { what: name })}</h3>
      <Patch item={item} />
    </section>
  );
}

/** The fields that differ, or all of what is new or gone. */
export function Patch({ item }: { readonly item: Omit<DifferenceBody, "type" | "mesh" | "name"> }): ReactNode {
  const say = useSay();
  if (item.withheld === true) return <p className="soft">{say("revision.withheld")}</p>;
  return (
    <pre className="patch">
      {item.patch.length === 0
        ? JSON.stringify(item.after ?? item.before, null, 2)
        : item.patch.map((step) => stepText(SIGNS[step.op], step)).join("\n")}
    </pre>
  );
}

/** What is replaced or goes is tested just before, and that is the old value. */
const SIGNS = { test: "-", add: "+", replace: "+", remove: "-" } as const;
