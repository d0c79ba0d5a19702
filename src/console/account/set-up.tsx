// Turning the second factor on: the password once more, the app's secret, a code of it, and the recovery codes.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, type ReactNode, Suspense, useState } from "react";
import type { PersonBody } from "#api/account.ts";
import { api } from "#console/data/api.ts";
import { CopyLine } from "#console/part/copy-line.tsx";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Window } from "#console/part/window.tsx";
import { faultAt, restOf } from "#console/sign/field-fault.ts";
import { useSay, useTell } from "#console/text/say.ts";
import { PasswordProof } from "./password-proof.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

const Qr = lazy(() => import("./qr.tsx").then((part) => ({ default: part.Qr })));

const DIGITS = 6;

interface SetUpProps {
  readonly user: PersonBody;
  readonly onClose: () => void;
}

export function SetUp({ user, onClose }: SetUpProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const start = useMutation({ mutationFn: (password: string) => api.call("startTotp", { body: { password } }) });
  const confirm = useMutation({
    mutationFn: (code: string) => api.call("confirmTotp", { body: { code } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["readSession"] }),
  });
  return (
    <Window title={say("account.factor.set-up")} isOpen onClose={onClose}>
      {start.data === undefined ? (
        <PasswordProof
          about={say("account.factor.proof")}
          deed={say("account.factor.next")}
          error={start.error}
          isPending={start.isPending}
          onGive={start.mutate}
        />
      ) : confirm.isSuccess ? (
        <RecoveryCodes codes={start.data.recoveryCodes} email={user.email} onDone={onClose} />
      ) : (
        <Scan uri={start.data.uri} error={confirm.error} isPending={confirm.isPending} onCode={confirm.mutate} />
      )}
    </Window>
  );
}

interface ScanProps {
  readonly uri: string;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onCode: (code: string) => void;
}

function Scan({ uri, error, isPending, onCode }: ScanProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [code, setCode] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPending) onCode(code);
  };
  const rest = restOf(error, ["code"]);
  return (
    <form className="stack" onSubmit={submit}>
      <p>{say("account.factor.scan")}</p>
      <Suspense fallback={<div className="qr" />}>
        <Qr text={uri} label={say("account.factor.qr")} />
      </Suspense>
      <p className="soft">{say("account.factor.by-hand")}</p>
      <CopyLine text={new URL(uri).searchParams.get("secret") ?? uri} label={say("account.factor.secret")} />
      <Field
        label={say("code.label")}
        about={say("account.factor.code.about")}
        name="code"
        autoComplete="one-time-code"
        inputMode="numeric"
        value={code}
        onChange={(typed) => setCode(typed.replaceAll(/\D/g, "").slice(0, DIGITS))}
        fault={faultAt(error, "code", tell)}
        autoFocus
        isRequired
      />
      {rest !== null && <Trouble error={rest} />}
      <div className="actions">
        <Press type="submit" className="button" data-kind="first" isOff={code.length !== DIGITS}>
          {say("account.factor.turn-on")}
        </Press>
      </div>
    </form>
  );
}
