// The end of an organisation: what would go with it, what stands in the way, and its name typed again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, useAnswer } from "#console/data/api.ts";
import { Certain } from "#console/part/certain.tsx";
import { useSay } from "#console/text/say.ts";

export function DeleteOrganisation({ org }: { readonly org: string }): ReactNode {
  const say = useSay();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <p className="soft">{say("settings.delete.about")}</p>
      <div className="actions">
        <button type="button" className="button" data-kind="grave" onClick={() => setAsking(true)}>
          {say("settings.delete.do")}
        </button>
      </div>
      {isAsking && <Question org={org} onClose={() => setAsking(false)} />}
    </>
  );
}

function Question({ org, onClose }: { readonly org: string; readonly onClose: () => void }): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const params = { organisation: org };
  const { data } = useAnswer("readDeletion", { params });
  const [force, setForce] = useState(false);
  const end = useMutation({
    mutationFn: () => api.call("endOrganisation", { params, body: { name: org, force } }),
    // The frame shows what can still be done.
    onSuccess: () => cache.invalidateQueries({ queryKey: ["readSession"] }),
  });
  const { counts, relays = [], graceDays = 0 } = data ?? {};
  return (
    <Certain
      title={say("settings.delete.do")}
      about={say("settings.delete.sure", { days: String(graceDays) })}
      name={org}
      deed={say("settings.delete.do")}
      error={end.error}
      isPending={end.isPending || data === undefined || (relays.length > 0 && !force)}
      onDo={end.mutate}
      onClose={onClose}
    >
      {counts != null && (
        <p>
          {say("settings.delete.goes", {
            meshes: String(counts.meshes),
            zones: String(counts.zones),
            proxies: String(counts.proxies.total),
            online: String(counts.proxies.online),
            members: String(counts.members),
            tokens: String(counts.tokens),
            webhooks: String(counts.webhooks),
          })}
        </p>
      )}
      {relays.length > 0 && (
        <div className="note">
          <p>
            {say("settings.delete.relays", { relays: relays.slice(0, 5).join(", "), count: String(relays.length) })}
          </p>
          <label>
            <input type="checkbox" checked={force} onChange={({ target }) => setForce(target.checked)} />{" "}
            {say("settings.delete.force")}
          </label>
        </div>
      )}
    </Certain>
  );
}
