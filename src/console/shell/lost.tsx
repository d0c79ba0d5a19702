// An address that leads nowhere.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSay } from "#console/text/say.ts";

export function Lost(): ReactNode {
  const say = useSay();
  return (
    <main className="alone">
      <section className="panel card stack">
        <h1 tabIndex={-1}>{say("lost.title")}</h1>
        <p className="soft">{say("lost.what")}</p>
        <Link to="/">{say("lost.home")}</Link>
      </section>
    </main>
  );
}
