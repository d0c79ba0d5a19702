// A long text, to read and to copy.
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";

export function Source({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <section className="source" aria-label={label}>
      <CopyButton text={text} label={label} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too */}
      <pre className="patch" tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
