// What guard rails still want of a plan, and how it is got.
import { Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PlanBody } from "#api/plan.ts";
import { useSay, useTell } from "#console/text/say.ts";
import { CopyLine } from "./copy-line.tsx";
import { Status } from "./status.tsx";
import { TestLink } from "./test-turns.tsx";

interface NeedsProps {
  readonly org: string;
  readonly plan: PlanBody;
  /** This is the plan's own page. */
  readonly isHere?: boolean;
}

export function Needs({ org, plan, isHere = false }: NeedsProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const { id, needs, approval } = plan;
  const router = useRouter();
  if (needs.length === 0) return null;
  const place = { to: "/o/$org/plans/$plan", params: { org, plan: id } } as const;
  const page = router.buildLocation(place);
  return (
    <section className="panel part">
      <h3>{say("plan.needs")}</h3>
      <ul className="lines">
        {needs.map(({ kind, mesh, control, reason, fix }) => (
          <li key={`${kind} ${mesh} ${control} ${reason}`}>
            <Status tone="doubt">
              {kind === "test" ? <TestLink org={org} mesh={mesh} name={control} /> : control}
            </Status>
            <span>{tell(reason)}</span>
            <span className="soft">{tell(fix)}</span>
          </li>
        ))}
      </ul>
      {approval.required > approval.given && (
        <>
          <p>{say("editor.approvals", { given: approval.given, required: approval.required })}</p>
          <CopyLine label={say("plan.address")} text={new URL(page.publicHref, location.href).href} />
          <CopyLine label={say("editor.approve")} text={`weft plan approve ${id}`} />
        </>
      )}
      {!isHere && (
        <p>
          <Link {...place} target="_blank">
            {say("plan.page")}
          </Link>
        </p>
      )}
    </section>
  );
}
