// The second factor: whether there is one, and turning it on and off.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PersonBody } from "#api/account.ts";
import { api } from "#console/data/api.ts";
import { Status } from "#console/part/status.tsx";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";
import { PasswordProof } from "./password-proof.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { Section } from "./section.tsx";
import { SetUp } from "./set-up.tsx";

interface SecondFactorProps {
  readonly user: PersonBody;
  readonly hasPassword: boolean;
}

export function SecondFactor({ user, hasPassword }: SecondFactorProps): ReactNode {
  const say = useSay();
  const [doing, setDoing] = useState<"set-up" | "renew" | "stop" | null>(null);
  const close = (): void => setDoing(null);
  const isOn = user.secondFactor;
  const state = <Status tone={isOn ? "good" : "none"}>{say(isOn ? "account.factor.on" : "account.factor.off")}</Status>;
  const button = (what: "set-up" | "renew" | "stop", text: string): ReactNode => (
    <button type="button" className="button" onClick={() => setDoing(what)}>
      {text}
    </button>
  );
  return (
    <Section title={say("account.factor")} about={say("account.factor.about")} aside={state}>
      {!isOn && !hasPassword && <p>{say("account.factor.no-password")}</p>}
      <div className="actions">
        {!isOn && hasPassword && button("set-up", say("account.factor.set-up"))}
        {isOn && button("renew", say("account.factor.renew"))}
        {isOn && button("stop", say("account.factor.stop"))}
      </div>
      {doing === "set-up" && <SetUp user={user} onClose={close} />}
      {doing === "renew" && <Renew user={user} onClose={close} />}
      {doing === "stop" && <Stop onClose={close} />}
    </Section>
  );
}

function Renew({ user, onClose }: { readonly user: PersonBody; readonly onClose: () => void }): ReactNode {
  const say = useSay();
  const renew = useMutation({
    mutationFn: (password: string) => api.call("renewRecoveryCodes", { body: { password } }),
  });
  return (
    <Window title={say("account.factor.renew")} isOpen onClose={onClose}>
      {renew.data === undefined ? (
        <PasswordProof
          about={say("account.factor.renew.about")}
          deed={say("account.factor.renew")}
          error={renew.error}
          isPending={renew.isPending}
          onGive={renew.mutate}
        />
      ) : (
        <RecoveryCodes codes={renew.data.recoveryCodes} email={user.email} onDone={onClose} />
      )}
    </Window>
  );
}

function Stop({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const stop = useMutation({
    mutationFn: (password: string) => api.call("stopTotp", { body: { password } }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: ["readSession"] });
      onClose();
    },
  });
  return (
    <Window title={say("account.factor.stop")} isOpen onClose={onClose}>
      <PasswordProof
        about={say("account.factor.stop.about")}
        deed={say("account.factor.stop")}
        isGrave
        error={stop.error}
        isPending={stop.isPending}
        onGive={stop.mutate}
      />
    </Window>
  );
}
