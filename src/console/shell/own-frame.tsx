// The frame around pages of a person and of no organisation: skip link and top bar.
import { Link, Outlet } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import mark from "#console/style/mark.svg";
import { useSay } from "#console/text/say.ts";
import { useArrival } from "./arrival.ts";
import { Person } from "./person.tsx";
import { Preferences } from "./preferences.tsx";

const NOTHING = (): void => {};

/** `children` in place of the page that the address names. */
export function OwnFrame({ children = <Outlet /> }: { readonly children?: ReactNode }): ReactNode {
  const say = useSay();
  const main = useRef<HTMLElement>(null);
  const heard = useArrival(main, NOTHING);
  return (
    <div className="frame" data-rail="none">
      <a className="skip" href="#main">
        {say("frame.skip")}
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <img src={mark} alt="" width={22} height={22} />
          <span>Weft</span>
        </Link>
        <span className="spring" />
        <Preferences />
        <Person />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <p className="heard" aria-live="polite">
        {heard}
      </p>
    </div>
  );
}
