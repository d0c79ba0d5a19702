// One command to copy.
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";

interface CopyLineProps {
  readonly text: string;
  readonly label: string;
  /** Whether it takes the place of what had the keyboard. */
  readonly autoFocus?: boolean;
}

export function CopyLine({ text, label, autoFocus = false }: CopyLineProps): ReactNode {
  return (
    <div className="copy-line">
      <input
        readOnly
        className="mono"
        aria-label={label}
        value={text}
        onFocus={(event) => event.target.select()}
        // biome-ignore lint/a11y/noAutofocus: the form that had the keyboard is gone.
        autoFocus={autoFocus}
      />
      <CopyButton text={text} label={label} />
    </div>
  );
}
