// One part of the account page: what it is about, and what can be done there.
import { type ReactNode, useId } from "react";

interface SectionProps {
  readonly title: string;
  readonly about?: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

export function Section({ title, about, aside, children }: SectionProps): ReactNode {
  const id = useId();
  return (
    <section className="panel part" aria-labelledby={id}>
      <header className="section-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {about !== undefined && <p className="soft">{about}</p>}
      {children}
    </section>
  );
}
