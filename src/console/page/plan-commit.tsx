// The commit of exactly the plan that is shown.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { overrideHeader } from "#api/override.ts";
import type { PlanBody } from "#api/plan.ts";
import { api } from "#console/data/api.ts";
import { Apply } from "#console/part/apply.tsx";
import { Changing } from "#console/part/changing.tsx";
import { Override } from "#console/part/override.tsx";
import { Trouble } from "#console/part/trouble.tsx";

interface Asked {
  /** Empty = the one that the plan was made with. */
  readonly reason: string;
  /** Why guard rails are gone past. */
  readonly override?: string;
}

/** Offered to who may write what it writes; the API judges each resource. */
export function Commit({ org, plan }: { readonly org: string; readonly plan: PlanBody }): ReactNode {
  const cache = useQueryClient();
  const params = { organisation: org };
  const commit = useMutation({
    mutationFn: ({ reason, override = "" }: Asked) =>
      api.call("createChange", {
        params,
        body: { planId: plan.id, ...(reason !== "" && { reason }) },
        ...(override !== "" && { headers: Object.fromEntries([overrideHeader(override)]) }),
      }),
    // Refused or not, how it stands is another thing now.
    onSettled: () => cache.invalidateQueries(),
  });
  const [first] = plan.changes;
  const meshes = new Set(plan.changes.map(({ mesh }) => mesh));
  const [mesh = ""] = meshes;
  return (
    <Changing org={org} {...(meshes.size === 1 && { mesh: mesh === "" ? null : mesh })}>
      {commit.error !== null && <Trouble error={commit.error} />}
      <Apply
        plan={plan}
        name={first?.name ?? ""}
        isPending={commit.isPending}
        onApply={(reason) => commit.mutate({ reason })}
      />
      <Override
        plan={plan}
        isPending={commit.isPending}
        onOverride={(override) => commit.mutate({ reason: "", override })}
      />
    </Changing>
  );
}
