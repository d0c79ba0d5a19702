// Signing in by a passkey: among what the browser fills in, or when the button is pressed.
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { api } from "#console/data/api.ts";
import { askPasskey, offersPasskeys } from "#console/data/passkey.ts";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";
import { isRefused } from "./refused.ts";

export function PasskeyButton({ onOpen }: { readonly onOpen: () => void }): ReactNode {
  const say = useSay();
  // A browser asks for one passkey at a time: the button ends the offer among what is filled in.
  const offer = useRef<AbortController | null>(null);
  const open = useMutation({
    async mutationFn(mediation?: "conditional") {
      offer.current?.abort();
      const control = new AbortController();
      offer.current = control;
      const { signal } = control;
      const options = await api.call("passkeySignInOptions", { signal });
      const credential = await askPasskey({ options, signal, ...(mediation && { mediation }) });
      await api.call("passkeySignIn", { body: { credential } });
    },
    onSuccess: onOpen,
  });
  const { mutate } = open;
  useEffect(() => {
    let isHere = true;
    // Who has pressed the button before the browser could say so is asked already, and is not left for an offer.
    void offersPasskeys().then((does) => does && isHere && offer.current === null && mutate("conditional"));
    return () => {
      isHere = false;
      offer.current?.abort();
    };
  }, [mutate]);
  const { error } = open;
  const isGivenUp = error instanceof DOMException && ["AbortError", "NotAllowedError"].includes(error.name);
  return (
    <>
      <button type="button" className="button" onClick={() => mutate(undefined)}>
        <KeyRound aria-hidden size={17} />
        {say("passkey.sign-in")}
      </button>
      {error !== null &&
        !isGivenUp &&
        (isRefused(error) ? <p role="alert">{say("passkey.unknown")}</p> : <Trouble error={error} />)}
    </>
  );
}
