// The way from a plan to the matrix of who may call whom, before and after.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PlanBody } from "#api/plan.ts";
import { useSay } from "#console/text/say.ts";

interface PlanInMatrixProps {
  readonly org: string;
  readonly plan: PlanBody;
  /** What is on this page is not kept: the matrix opens beside it. */
  readonly isBeside?: boolean;
}

/** The matrix of the first mesh whose access changes; the plan keeps for a day. */
export function PlanInMatrix({ org, plan: { id, access }, isBeside = false }: PlanInMatrixProps): ReactNode {
  const say = useSay();
  const mesh = access[0]?.mesh ?? "";
  return (
    <p>
      <Link
        to="/o/$org/m/$mesh/access"
        params={{ org, mesh }}
        search={{ plan: id }}
        {...(isBeside && { target: "_blank" })}
      >
        {say("access.what-if.matrix")}
      </Link>
    </p>
  );
}
