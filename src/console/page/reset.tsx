// A forgotten password: the mail that is asked for, and the new password to which it leads.
import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Alone } from "#console/shell/alone.tsx";
import { ForgotForm } from "#console/sign/forgot-form.tsx";
import { ResetForm } from "#console/sign/reset-form.tsx";
import { useSay } from "#console/text/say.ts";

export function Reset(): ReactNode {
  const say = useSay();
  const { token } = useSearch({ from: "/reset" });
  return (
    <Alone title={say(token === undefined ? "reset.title" : "reset.new.title")}>
      {token === undefined ? <ForgotForm /> : <ResetForm token={token} />}
    </Alone>
  );
}
