// A new passkey: what it is called here, then the browser's own questions.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { deviceName } from "#console/data/agent.ts";
import { api } from "#console/data/api.ts";
import { makePasskey } from "#console/data/passkey.ts";
import { Window } from "#console/part/window.tsx";
import { type TextKey, useSay } from "#console/text/say.ts";
import { NameForm } from "./name-form.tsx";

/** What the browser's refusals mean (WebAuthn §5.1.3); any other is shown as it is. */
const REFUSALS: Readonly<Record<string, TextKey>> = {
  InvalidStateError: "account.passkey.known",
  NotAllowedError: "account.passkey.given-up",
  AbortError: "account.passkey.given-up",
};

export function AddPasskey({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const add = useMutation({
    async mutationFn(name: string) {
      const options = await api.call("passkeyOptions", {});
      await api.call("addPasskey", { body: { name, credential: await makePasskey(options) } });
    },
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: ["listPasskeys"] });
      onClose();
    },
  });
  const refusal = add.error instanceof DOMException ? REFUSALS[add.error.name] : undefined;
  return (
    <Window title={say("account.passkey.add")} isOpen onClose={onClose}>
      <NameForm
        start={deviceName(navigator.userAgent)}
        about={say("account.passkey.add.about")}
        deed={say("account.passkey.add.do")}
        error={refusal === undefined ? add.error : null}
        isPending={add.isPending}
        onName={add.mutate}
      />
      {refusal !== undefined && (
        <p className="below" role="alert">
          {say(refusal)}
        </p>
      )}
    </Window>
  );
}
