// Going on after a sign-in, and telling the browser's other pages of it.
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import type { SessionBody } from "#api/session.ts";
import { ask, keeper } from "#console/data/api.ts";
import { remembered } from "#console/data/memory.ts";
import { arrival } from "./arrival.ts";

const CHANNEL = "weft.session";

/** Tells other pages of this browser that somebody has signed in. */
export function tellOpened(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("open");
  channel.close();
}

/** Hears of it, until what it returns is called. */
export function hearOpened(heard: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = heard;
  return () => channel.close();
}

/** Leads to `from`, or to where the session belongs; what somebody else saw before is forgotten. */
export function useArrive(from: string | undefined): (session?: SessionBody) => Promise<void> {
  const router = useRouter();
  const cache = useQueryClient();
  return async (given) => {
    keeper.forget();
    cache.clear();
    const session = given ?? (await cache.fetchQuery(ask("readSession", {})));
    tellOpened();
    router.history.push(`/console${arrival(session, from, remembered("organisation"))}`);
  };
}
