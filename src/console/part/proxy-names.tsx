// Names of proxies, each leading to its own page.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSay } from "#console/text/say.ts";

interface ProxyNamesProps {
  readonly org: string;
  readonly mesh: string;
  /** The first of them. */
  readonly items: readonly { readonly name: string }[];
  readonly total: number;
  /** What stands in place of none. */
  readonly none: string;
}

export function ProxyNames({ org, mesh, items, total, none }: ProxyNamesProps): ReactNode {
  const say = useSay();
  if (total === 0) return <p className="soft">{none}</p>;
  return (
    <ul className="lines flow">
      {items.map(({ name }) => (
        <li key={name}>
          <Link to="/o/$org/m/$mesh/proxies/$name" params={{ org, mesh, name }}>
            {name}
          </Link>
        </li>
      ))}
      {total > items.length && <li className="soft">{say("and-more", { rest: total - items.length })}</li>}
    </ul>
  );
}
