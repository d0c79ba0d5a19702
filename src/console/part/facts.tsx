// What is known of a thing, name by name; what is empty is left out.
import type { ReactNode } from "react";

export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, fact: ReactNode])[] }): ReactNode {
  return (
    <dl className="facts panel">
      {facts
        .filter(([, fact]) => fact !== "" && fact !== null && fact !== undefined)
        .map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
    </dl>
  );
}
