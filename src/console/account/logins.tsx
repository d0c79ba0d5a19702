// Accounts at providers that sign the person in.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { WaysBody } from "#api/account.ts";
import type { LoginsBody } from "#api/passkey.ts";
import { api } from "#console/data/api.ts";
import { Moment } from "#console/part/moment.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";
import { Section } from "./section.tsx";

interface LoginsProps {
  readonly providers: WaysBody["providers"];
  readonly logins: LoginsBody["items"];
}

/** Nothing where there are neither accounts nor providers. */
export function Logins({ providers, logins }: LoginsProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const start = useMutation({
    async mutationFn(provider: string) {
      const { url } = await api.call("startProvider", { params: { provider }, body: { from: "/account" } });
      window.location.assign(url);
    },
  });
  const remove = useMutation({
    mutationFn: (login: string) => api.call("deleteLogin", { params: { login } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["listLogins"] }),
  });
  if (providers.length === 0 && logins.length === 0) return null;
  const nameOf = (provider: string): string => providers.find(({ id }) => id === provider)?.name ?? provider;
  const others = providers.filter(({ id }) => logins.every(({ provider }) => provider !== id));
  const error = start.error ?? remove.error;
  return (
    <Section title={say("account.logins")} about={say("account.logins.about")}>
      <ul className="lines apart">
        {logins.map(({ id, provider, createdAt }) => (
          <li key={id}>
            <span className="grow">
              <strong>{nameOf(provider)}</strong>
              <span className="soft facts-line">
                <span>
                  {say("account.login.since")} <Moment at={createdAt} />
                </span>
              </span>
            </span>
            <Press
              type="button"
              className="button"
              aria-label={say("account.login.remove.title", { name: nameOf(provider) })}
              isOff={remove.isPending}
              onClick={() => remove.mutate(id)}
            >
              {say("account.remove")}
            </Press>
          </li>
        ))}
        {others.map(({ id, name }) => (
          <li key={id}>
            <span className="grow">{name}</span>
            <Press
              type="button"
              className="button"
              aria-label={say("account.login.add.title", { name })}
              isOff={start.isPending}
              onClick={() => start.mutate(id)}
            >
              {say("account.login.add")}
            </Press>
          </li>
        ))}
      </ul>
      {error !== null && <Trouble error={error} />}
    </Section>
  );
}
