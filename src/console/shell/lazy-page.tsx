// Pages are loaded when they are first opened. One that is not there any more is of an older console: the newer is loaded, once.
import { type ErrorComponentProps, lazyRouteComponent as lazily } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

/** A page's part that did not come. */
class MissingPart extends Error {
  override readonly name = "MissingPart";
  /** Where the server has another console now, by its entry; null where it has this one, or does not answer. */
  readonly newer: string | null;
  readonly retry: () => Promise<void>;

  constructor(cause: unknown, newer: string | null, retry: () => Promise<void>) {
    super("A part of the console did not come", { cause });
    this.newer = newer;
    this.retry = retry;
  }
}

/** As the router's own; nothing is reloaded while a page is only looked ahead to, or while nobody answers. */
export const lazyRouteComponent: typeof lazily = (load, name) => {
  const page = lazily(async () => {
    try {
      return await load();
    } catch (error) {
      throw new MissingPart(error, await newerEntry(), async () => page.preload?.());
    }
  }, name);
  return page;
};

const ENTRY = /<script[^>]* src="([^"]+)"/;
const KEY = "weft.reloaded";

/** The entry of the console that the server has, where it is not the one that runs. */
async function newerEntry(): Promise<string | null> {
  try {
    const answer = await fetch("/console/", { cache: "no-store", credentials: "same-origin" });
    const entry = answer.ok ? ENTRY.exec(await answer.text())?.[1] : undefined;
    return entry === undefined || document.querySelector(`script[src="${CSS.escape(entry)}"]`) !== null ? null : entry;
  } catch {
    return null;
  }
}

/** Instead of a page that cannot be shown. */
export function Failed({ error, reset }: ErrorComponentProps): ReactNode {
  const say = useSay();
  const missing = error instanceof MissingPart ? error : null;
  const mayReload = missing?.newer != null && sessionStorage.getItem(KEY) !== missing.newer;
  useEffect(() => {
    if (!mayReload) return;
    sessionStorage.setItem(KEY, missing?.newer ?? "");
    location.reload();
  }, [mayReload, missing]);
  if (mayReload) return null;
  if (missing === null) return <Trouble error={error as Error} again={reset} />;
  const fault = new Fault("unavailable", say("trouble.part"), { cause: missing });
  return <Trouble error={fault} again={() => void missing.retry().then(reset)} />;
}
