// Signing in at somebody else's: one button a provider.

import { useMutation } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import type { ReactNode } from "react";
import type { WaysBody } from "#api/account.ts";
import { api } from "#console/data/api.ts";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";

interface ProviderButtonsProps {
  readonly providers: WaysBody["providers"];
  readonly from: string | undefined;
  /** The page must stay: the provider's opens beside it. */
  readonly isAbove: boolean;
}

export function ProviderButtons({ providers, from, isAbove }: ProviderButtonsProps): ReactNode {
  const say = useSay();
  const start = useMutation({
    async mutationFn(provider: string) {
      // Opened while the press lasts, for later it would count as unasked.
      const beside = isAbove ? window.open("about:blank", "_blank") : null;
      try {
        const back = isAbove ? "/signed-in" : from;
        const { url } = await api.call("startProvider", {
          params: { provider },
          body: back === undefined ? {} : { from: back },
        });
        if (beside === null) window.location.assign(url);
        else beside.location.assign(url);
      } catch (error) {
        beside?.close();
        throw error;
      }
    },
  });
  return (
    <>
      {providers.map(({ id, name }) => (
        <Press key={id} type="button" className="button" isOff={start.isPending} onClick={() => start.mutate(id)}>
          <LogIn aria-hidden size={17} />
          {say("sign-in.provider", { name })}
        </Press>
      ))}
      {start.error !== null && <Trouble error={start.error} />}
    </>
  );
}
