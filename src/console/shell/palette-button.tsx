// What opens the palette: a field in the bar, and Ctrl+K (⌘K on a Mac) from anywhere. The palette is loaded when it is first wanted.
import { Search } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useSay } from "#console/text/say.ts";

const load = () => import("#console/palette/palette.tsx");
const Palette = lazy(async () => ({ default: (await load()).Palette }));
/** Milliseconds after the page has come. */
const IDLE = 500;
const isMac = /mac|iphone|ipad/i.test(navigator.platform);
const KEYS = isMac ? "⌘K" : "Ctrl K";

export function PaletteButton({ org }: { readonly org: string }): ReactNode {
  const say = useSay();
  const [isOpen, setOpen] = useState(false);
  const [wasWanted, setWanted] = useState(false);
  const turn = (open: boolean): void => {
    setOpen(open);
    if (open) setWanted(true);
  };
  useEffect(() => {
    // What is typed right behind the keys that open it is not lost. Without a connection it is loaded when it is wanted.
    const timer = setTimeout(() => void load().catch(() => undefined), IDLE);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isOurs = event.key.toLowerCase() === "k" && (isMac ? event.metaKey : event.ctrlKey);
      if (!isOurs || event.altKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      setOpen((before) => !before);
      setWanted(true);
    };
    // Before the editor and the browser have it.
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, []);
  return (
    <div className="search-place">
      <button
        type="button"
        className="search-button"
        aria-label={say("palette.label")}
        aria-keyshortcuts={isMac ? "Meta+K" : "Control+K"}
        aria-haspopup="dialog"
        onClick={() => turn(true)}
      >
        <Search aria-hidden size={16} />
        <span>{say("palette.label")}</span>
        <kbd data-keys={KEYS} />
      </button>
      {wasWanted && (
        <Suspense fallback={null}>
          <Palette org={org} isOpen={isOpen} onOpen={turn} />
        </Suspense>
      )}
    </div>
  );
}
