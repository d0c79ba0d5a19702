// What can be done with an answer: keep it so by a test, or draft the permission that turns it.
import { Link } from "@tanstack/react-router";
import { ShieldCheck, ShieldMinus, ShieldPlus } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { WireVerdict } from "#api/access.ts";
import { useEvery } from "#console/data/every.ts";
import { Changing } from "#console/part/changing.tsx";
import { PlanWindow } from "#console/part/plan-window.tsx";
import { Status } from "#console/part/status.tsx";
import { askedText, testName } from "#console/part/test-text.ts";
import { useSay } from "#console/text/say.ts";

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: string | undefined;
  readonly method: string | undefined;
  readonly path: string | undefined;
}

interface AccessDeedsProps {
  readonly org: string;
  readonly mesh: string;
  readonly question: Asked;
  readonly verdict: WireVerdict;
}

/** What a test of the answer expects; null where it is neither one nor the other. */
function expectedOf({ outcome }: WireVerdict): "allow" | "deny" | null {
  if (outcome === "allowed" || outcome === "open") return "allow";
  return outcome === "denied" || outcome === "none" ? "deny" : null;
}

export function AccessDeeds({ org, mesh, question, verdict }: AccessDeedsProps): ReactNode {
  const say = useSay();
  const [isKeeping, setKeeping] = useState(false);
  const tests = useEvery("accessTests", { params: { organisation: org }, query: { mesh } });
  const { port, method, path } = question;
  const asked = {
    from: question.from,
    to: question.to,
    ...(port !== undefined && { port }),
    ...(method !== undefined && { method: method.toUpperCase() }),
    ...(path !== undefined && { path }),
  };
  const expect = expectedOf(verdict);
  const all = tests.data ?? [];
  const kept = all.find((one) => one.expect === expect && askedText(one) === askedText(asked));
  const wants = (["allow", "deny"] as const).filter((want) => isTurned(verdict, want));
  const name = expect === null ? "" : testName(asked, expect, new Set(all.map((one) => one.name)));
  return (
    <div className="actions">
      {kept !== undefined && <Status tone="good">{say("access.kept", { name: kept.name })}</Status>}
      <Changing org={org} mesh={mesh} verb="plan">
        {kept === undefined && expect !== null && tests.data !== undefined && (
          <button type="button" className="button" onClick={() => setKeeping(true)}>
            <ShieldCheck aria-hidden size={16} />
            {say("access.keep")}
          </button>
        )}
        {wants.map((want) => (
          <Link
            key={want}
            className="button"
            to="/o/$org/m/$mesh/new"
            params={{ org, mesh }}
            search={{ kind: "MeshTrafficPermission", want, ...asked }}
          >
            {want === "allow" ? <ShieldPlus aria-hidden size={16} /> : <ShieldMinus aria-hidden size={16} />}
            {say(`access.want.${want}`)}
          </Link>
        ))}
      </Changing>
      {isKeeping && expect !== null && (
        <PlanWindow
          org={org}
          title={say("access.keep.title", { asked: askedText(asked) })}
          about={() => say(`access.keep.${expect}`, { name })}
          change={{ put: [{ resource: { type: "AccessTest", mesh, name, spec: { expect, ...asked } } }] }}
          deed={say("access.keep")}
          stays
          onClose={() => setKeeping(false)}
        />
      )}
    </div>
  );
}

/** Whether a permission may turn the answer: where there is no way, or nobody is asked, none does. */
function isTurned({ outcome, parts = [] }: WireVerdict, want: "allow" | "deny"): boolean {
  if (outcome === "mixed") return parts.some((part) => part.outcome !== "none" && part.outcome !== "open");
  if (outcome === "requests") return true;
  return outcome === (want === "allow" ? "denied" : "allowed");
}
