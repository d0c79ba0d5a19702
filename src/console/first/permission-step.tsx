// The permission's step: who may call whom, from those who try; by its plan.

import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { type FirstFacts, pairsOf } from "#console/data/first-steps.ts";
import { permissionFor } from "#console/data/permission.ts";
import { JoinProxy } from "#console/part/join-proxy.tsx";
import { PlanWindow } from "#console/part/plan-window.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";

/** Proxies of a service whose labels are looked at. */
const LOOKED = 10;

interface Pair {
  readonly from: string;
  readonly to: string;
}

export function PermissionStep({ org, facts }: { readonly org: string; readonly facts: FirstFacts }): ReactNode {
  const say = useSay();
  const mesh = facts.mesh ?? "";
  const pairs: readonly Pair[] = pairsOf(facts.access).denied;
  const [at, setAt] = useState(0);
  const draft = useMutation({
    mutationFn: async ({ from, to }: Pair) => {
      const params = { organisation: org };
      const { paths } = await api.call("reach", { params, query: { mesh, from, to } });
      const names = [...new Set(paths.flatMap((path) => path.to.proxies.names))].slice(0, LOOKED);
      const found = await Promise.all(
        names.map((name) => api.call("dataplaneOverview", { params: { organisation: org, mesh, name } })),
      );
      const labels = found.map((one) => (one as { readonly labels?: Readonly<Record<string, string>> }).labels ?? {});
      return { from, to, put: permissionFor({ mesh, from, to, labels }) };
    },
  });
  const chosen = pairs[at] ?? pairs[0];
  if (chosen === undefined) {
    return (
      <>
        <p>{say("first.permission.nobody")}</p>
        <JoinProxy org={org} mesh={mesh} />
      </>
    );
  }
  const close = (): void => draft.reset();
  return (
    <>
      {pairs.length > 1 ? (
        <label className="field">
          <span>{say("first.permission.pair")}</span>
          <select className="select" value={at} onChange={({ target }) => setAt(Number(target.value))}>
            {pairs.map(({ from, to }, index) => (
              <option key={`${from} ${to}`} value={index}>
                {say("first.permission.option", { from, to })}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p>{say("first.permission.one", { from: chosen.from, to: chosen.to })}</p>
      )}
      {draft.error !== null && <Trouble error={draft.error} />}
      <div className="actions">
        <Press
          type="button"
          className="button"
          data-kind="first"
          isOff={draft.isPending}
          onClick={() => draft.mutate(chosen)}
        >
          {say("first.permission.plan")}
        </Press>
      </div>
      {draft.data !== undefined && (
        <PlanWindow
          org={org}
          title={say("first.permission")}
          about={() => say("first.permission.about", { from: draft.data.from, to: draft.data.to })}
          change={{ put: [draft.data.put] }}
          deed={say("first.permission.commit")}
          stays
          onClose={close}
        />
      )}
    </>
  );
}
