// The way back: the plan of taking a revision back, then its commit.
import type { ReactNode } from "react";
import { useSay } from "#console/text/say.ts";
import { PlanWindow } from "./plan-window.tsx";

export function Undo({
  org,
  revision,
  onClose,
}: {
  readonly org: string;
  readonly revision: number;
  readonly onClose: () => void;
}): ReactNode {
  const say = useSay();
  return (
    <PlanWindow
      org={org}
      title={say("revision.undo.title", { revision })}
      about={({ changes }) => say("revision.undo.what", { count: changes.length })}
      change={{ rollback: { undo: revision } }}
      deed={say("revision.undo.commit")}
      onClose={onClose}
    />
  );
}
