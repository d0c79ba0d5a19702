// What the reader chose of late, the newest first; kept by the browser for each organisation.
import { remember, remembered } from "#console/data/memory.ts";
import type { PaletteRow } from "./row.ts";

const MOST = 6;
const keyOf = (org: string): string => `palette of ${org}`;

/** None where what is kept cannot be read. */
export function recentRows(org: string): readonly PaletteRow[] {
  try {
    const kept: unknown = JSON.parse(remembered(keyOf(org)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isRow).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Keeps a choice that leads somewhere; a deed is not repeated by chance. */
export function keepRecent(org: string, { id, text, detail, sort, to }: PaletteRow): void {
  if (to === "") return;
  const others = recentRows(org).filter((one) => one.id !== id);
  remember(keyOf(org), JSON.stringify([{ id, text, detail, sort, to }, ...others].slice(0, MOST)));
}

function isRow(value: unknown): value is PaletteRow {
  if (typeof value !== "object" || value === null) return false;
  const row = value as Readonly<Record<string, unknown>>;
  const isText = ["id", "text", "detail", "sort", "to"].every((name) => typeof row[name] === "string");
  // It becomes a link: only ever to a page of this console.
  return isText && /^\/o\//.test(String(row.to));
}
