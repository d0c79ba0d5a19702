// The head of a page: its title, also in the browser's tab, and what can be done there.
import { type ReactNode, useEffect } from "react";

interface PageProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, actions, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Weft`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <h1 tabIndex={-1}>{title}</h1>
        <div className="actions">{actions}</div>
      </header>
      {children}
    </div>
  );
}
