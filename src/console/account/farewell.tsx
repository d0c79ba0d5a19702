// The end of the account.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { PersonBody } from "#api/account.ts";
import { api, keeper, useAnswer } from "#console/data/api.ts";
import { Certain } from "#console/part/certain.tsx";
import { Press } from "#console/part/press.tsx";
import { useSay } from "#console/text/say.ts";
import { Section } from "./section.tsx";

export function Farewell({ user }: { readonly user: PersonBody }): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const alone = useAnswer("readFarewell", {}).data?.organisations ?? [];
  const end = useMutation({
    mutationFn: () => api.call("deleteAccount", {}),
    async onSuccess() {
      keeper.forget();
      cache.clear();
      await navigate({ to: "/sign-in" });
    },
  });
  return (
    <Section title={say("account.delete")} about={say("account.delete.about")}>
      {alone.length > 0 && (
        <>
          <p>{say("account.delete.alone")}</p>
          <ul className="lines">
            {alone.map(({ name, members }) => (
              <li key={name}>
                <strong className="grow">{name}</strong>
                {members > 0 && (
                  <Link className="button" to="/o/$org/members" params={{ org: name }}>
                    {say("account.delete.hand-over", { name })}
                  </Link>
                )}
                <Link className="button" to="/o/$org/settings" params={{ org: name }}>
                  {say("account.delete.organisation", { name })}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="actions">
        <Press type="button" className="button" isOff={alone.length > 0} onClick={() => setAsking(true)}>
          {say("account.delete.do")}
        </Press>
      </div>
      {isAsking && (
        <Certain
          title={say("account.delete")}
          about={say("account.delete.sure")}
          name={user.email}
          deed={say("account.delete.do")}
          error={end.error}
          isPending={end.isPending}
          onDo={end.mutate}
          onClose={() => setAsking(false)}
        />
      )}
    </Section>
  );
}
