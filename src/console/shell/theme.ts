// Light, dark, or as the machine is set.
import { useSyncExternalStore } from "react";
import { remember, remembered } from "#console/data/memory.ts";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Of this page, also in a browser that keeps nothing. */
let chosen: Theme | null = null;

export function keptTheme(): Theme {
  if (chosen !== null) return chosen;
  const kept = remembered("theme");
  return THEMES.find((theme) => theme === kept) ?? "auto";
}

const listeners = new Set<() => void>();

/** The theme as it is chosen, wherever on the page it was. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, keptTheme);
}

/** Sets the page's colours and remembers the choice. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  remember("theme", theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}
