// A button that copies a text, and says that it did.
import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useSay } from "#console/text/say.ts";

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const say = useSay();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={say("copy.what", { what: label })}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      >
        {isCopied ? <Check aria-hidden size={17} /> : <Copy aria-hidden size={17} />}
      </button>
      <span className="heard" aria-live="polite">
        {isCopied ? say("copy.done") : ""}
      </span>
    </>
  );
}
