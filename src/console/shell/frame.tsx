// The frame around the pages of an organisation: skip link, rail, top bar, and where a page change is told to those who listen.
import { Outlet, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useAnswer } from "#console/data/api.ts";
import { remember } from "#console/data/memory.ts";
import { useNews } from "#console/data/news.ts";
import { useSay } from "#console/text/say.ts";
import { useArrival } from "./arrival.ts";
import { OwnFrame } from "./own-frame.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

const Ended = lazy(() => import("#console/page/ended.tsx").then((page) => ({ default: page.Ended })));

const MINUTE = 60_000;

/** Of an organisation that is to be deleted nothing but that is shown, and no news come. */
export function Frame(): ReactNode {
  const { org } = useParams({ from: "/o/$org" });
  const { data } = useAnswer("readSession", {}, MINUTE);
  const ending = data?.organisations.find(({ name }) => name === org)?.ending;
  if (ending === undefined) return <Standing org={org} />;
  return (
    <OwnFrame>
      <Suspense>
        <Ended org={org} ending={ending} />
      </Suspense>
    </OwnFrame>
  );
}

function Standing({ org }: { readonly org: string }): ReactNode {
  const say = useSay();
  const { mesh = "" } = useParams({ strict: false });
  const main = useRef<HTMLElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => remember("organisation", org), [org]);
  const connection = useNews(org);
  const heard = useArrival(main, () => setOpen(false));
  useEffect(() => {
    if (!open) return;
    const close = (event: Event): void => {
      const isOver =
        event instanceof KeyboardEvent ? event.key === "Escape" : main.current?.contains(event.target as Node);
      if (isOver === true) setOpen(false);
    };
    document.addEventListener("keydown", close);
    document.addEventListener("pointerdown", close);
    return () => {
      document.removeEventListener("keydown", close);
      document.removeEventListener("pointerdown", close);
    };
  }, [open]);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {say("frame.skip")}
      </a>
      <TopBar org={org} connection={connection} railIsOpen={open} onRail={() => setOpen(!open)} />
      <Rail org={org} isOpen={open} />
      <main id="main" ref={main} tabIndex={-1}>
        {/* Of another mesh nothing is shown as this one's, however long the answer takes. */}
        <Outlet key={`${org} ${mesh}`} />
      </main>
      <p className="heard" aria-live="polite">
        {heard}
      </p>
    </div>
  );
}
