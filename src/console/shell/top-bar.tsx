// The bar on top: mark, organisation, and the reader's own choices.
import { Link } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Connection } from "#console/data/news.ts";
import { Status } from "#console/part/status.tsx";
import mark from "#console/style/mark.svg";
import { useSay } from "#console/text/say.ts";
import { OrganisationChoice } from "./organisation-choice.tsx";
import { PaletteButton } from "./palette-button.tsx";
import { Person } from "./person.tsx";
import { Preferences } from "./preferences.tsx";

interface TopBarProps {
  readonly org: string;
  readonly connection: Connection;
  readonly railIsOpen: boolean;
  readonly onRail: () => void;
}

export function TopBar({ org, connection, railIsOpen, onRail }: TopBarProps): ReactNode {
  const say = useSay();
  return (
    <header className="top">
      <button
        type="button"
        className="icon-button rail-button"
        aria-expanded={railIsOpen}
        aria-controls="rail"
        aria-label={say("nav.label")}
        onClick={onRail}
      >
        <MenuIcon aria-hidden size={18} />
      </button>
      <Link to="/o/$org" params={{ org }} className="brand">
        <img src={mark} alt="" width={22} height={22} />
        <span>Weft</span>
      </Link>
      <OrganisationChoice org={org} />
      <PaletteButton org={org} />
      {connection !== "opening" && (
        <span className="connection" role="status">
          <Status tone={connection === "live" ? "good" : "doubt"}>{say(`connection.${connection}`)}</Status>
        </span>
      )}
      <Preferences />
      <Person />
    </header>
  );
}
