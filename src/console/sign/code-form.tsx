// The second factor: a code of the app, or one of the recovery codes.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { isRefused } from "./refused.ts";

const DIGITS = 6;

interface CodeFormProps {
  readonly onOpen: () => void;
  readonly onBack: () => void;
}

export function CodeForm({ onOpen, onBack }: CodeFormProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [isRecovery, setRecovery] = useState(false);
  const [text, setText] = useState("");
  const open = useMutation({
    mutationFn: (code: string) =>
      api.call("accountSecondFactor", { body: isRecovery ? { recoveryCode: code } : { code } }),
    onSuccess: onOpen,
  });
  const type = (typed: string): void => {
    // Pasted codes have blanks in their middle.
    const next = isRecovery ? typed.trim() : typed.replaceAll(/\D/g, "").slice(0, DIGITS);
    setText(next);
    if (!isRecovery && next.length === DIGITS && next !== text && !open.isPending) open.mutate(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    open.mutate(text);
  };
  const isWrong = isRefused(open.error);
  const isWhole = isRecovery ? text !== "" : text.length === DIGITS;
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        key={isRecovery ? "recovery" : "code"}
        label={say(isRecovery ? "code.recovery" : "code.label")}
        about={say(isRecovery ? "code.recovery.about" : "code.about")}
        id={isRecovery ? "recovery-code" : "code"}
        name={isRecovery ? "recovery-code" : "code"}
        autoComplete={isRecovery ? "off" : "one-time-code"}
        inputMode={isRecovery ? "text" : "numeric"}
        value={text}
        onChange={type}
        // It may be the code, or that the sign-in has to begin anew.
        fault={isWrong ? tell(open.error?.message ?? "") : undefined}
        autoFocus
        isRequired
      />
      {open.error !== null && !isWrong && <Trouble error={open.error} />}
      <Press type="submit" className="button" data-kind="first" isOff={!isWhole || open.isPending}>
        {say("sign-in.title")}
      </Press>
      <p className="aside">
        <button
          type="button"
          className="link"
          onClick={() => {
            setRecovery(!isRecovery);
            setText("");
            open.reset();
          }}
        >
          {say(isRecovery ? "code.use" : "code.recovery.use")}
        </button>
        <button type="button" className="link" onClick={onBack}>
          {say("code.back")}
        </button>
      </p>
    </form>
  );
}
