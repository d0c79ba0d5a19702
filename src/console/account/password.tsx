// The password: changed by who knows it, or set by mail where there is none.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { PersonBody } from "#api/account.ts";
import { api, useAnswer } from "#console/data/api.ts";
import { PasswordField } from "#console/part/password-field.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Window } from "#console/part/window.tsx";
import { faultAt, restOf } from "#console/sign/field-fault.ts";
import { useSay, useTell } from "#console/text/say.ts";
import { PASSWORD_LENGTH } from "#model/password.ts";
import { Section } from "./section.tsx";

const HOUR = 3_600_000;

interface PasswordProps {
  readonly user: PersonBody;
  readonly isSet: boolean;
}

export function Password({ user, isSet }: PasswordProps): ReactNode {
  const say = useSay();
  const [isChanging, setChanging] = useState(false);
  const [isChanged, setChanged] = useState(false);
  return (
    <Section title={say("password.label")} about={say(isSet ? "account.password.about" : "account.password.none")}>
      {isSet ? (
        <div className="actions">
          <button type="button" className="button" onClick={() => setChanging(true)}>
            {say("account.password.change")}
          </button>
        </div>
      ) : user.emailVerified ? (
        <SetByMail user={user} />
      ) : (
        <p>{say("account.password.confirm-first")}</p>
      )}
      <p role="status">{isChanged && <Status tone="good">{say("account.password.changed")}</Status>}</p>
      {isChanging && (
        <Change
          user={user}
          onClose={() => setChanging(false)}
          onDone={() => {
            setChanging(false);
            setChanged(true);
          }}
        />
      )}
    </Section>
  );
}

function SetByMail({ user: { email } }: Pick<PasswordProps, "user">): ReactNode {
  const say = useSay();
  const ways = useAnswer("accountWays", {}, HOUR);
  const send = useMutation({ mutationFn: () => api.call("requestReset", { body: { email } }) });
  return (
    <>
      {send.isSuccess && (
        <p role="status">{say(ways.data?.mail === false ? "reset.sent.log" : "reset.sent", { email })}</p>
      )}
      {send.error !== null && <Trouble error={send.error} />}
      <div className="actions">
        <Press type="button" className="button" isOff={send.isPending || send.isSuccess} onClick={() => send.mutate()}>
          {say("account.password.set")}
        </Press>
      </div>
    </>
  );
}

interface ChangeProps {
  readonly user: PersonBody;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Change({ user, onClose, onDone }: ChangeProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const cache = useQueryClient();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => api.call("changePassword", { body: { current, password } }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: ["listSessions"] });
      onDone();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  const rest = restOf(change.error, ["current", "password"]);
  return (
    <Window title={say("account.password.change")} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <input className="heard" autoComplete="username" value={user.email} readOnly tabIndex={-1} aria-hidden />
        <PasswordField
          label={say("account.password.current")}
          name="current"
          value={current}
          onChange={setCurrent}
          fault={faultAt(change.error, "current", tell)}
          autoFocus
          isRequired
        />
        <PasswordField
          label={say("password.new")}
          name="password"
          own={[user.name, user.email]}
          maxLength={PASSWORD_LENGTH.most}
          value={password}
          onChange={setPassword}
          fault={faultAt(change.error, "password", tell)}
          isRequired
        />
        <p className="soft">{say("reset.ends")}</p>
        {rest !== null && <Trouble error={rest} />}
        <div className="actions">
          <Press
            type="submit"
            className="button"
            data-kind="first"
            isOff={current === "" || password.length < PASSWORD_LENGTH.least}
          >
            {say("account.password.change")}
          </Press>
        </div>
      </form>
    </Window>
  );
}
