// Arrival on a page: the keyboard goes to its heading, and its title is said aloud. No router does this by itself.
import { useRouterState } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef, useState } from "react";

/** Whether two addresses differ in more than what a list's filters say. */
export function isArrival(before: string | null, now: string): boolean {
  return before !== null && before !== now;
}

/** Tells the text to be said. `left` hears of each change. */
export function useArrival(main: RefObject<HTMLElement | null>, left: () => void): string {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname ?? null });
  const before = useRef<string | null>(null);
  const [heard, setHeard] = useState("");
  const leave = useRef(left);
  leave.current = left;
  useEffect(() => {
    if (path === null) return;
    const isNew = isArrival(before.current, path);
    before.current = path;
    if (!isNew) return;
    leave.current();
    const heading = main.current?.querySelector("h1");
    (heading ?? main.current)?.focus({ preventScroll: true });
    setHeard(heading?.textContent ?? document.title);
  }, [path, main]);
  return heard;
}
