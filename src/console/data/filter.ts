// Filters of a list: they stand in the address, so that a link shows what its sender saw.
import { useMatches, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";

export type Filters<K extends string> = Readonly<Partial<Record<K, string>>>;

/** Reads these of an address's parameters as text; the empty ones and all others are left out. */
export function filtersOf<K extends string>(...keys: readonly K[]): (search: Record<string, unknown>) => Filters<K> {
  return (search) => {
    const given = keys.flatMap((key) => {
      const value = search[key];
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[key, String(value)] as const]
        : [];
    });
    return Object.fromEntries(given.filter(([, value]) => value !== "")) as Filters<K>;
  };
}

/** The page's filters, how to set one, and how to set some at once; empty = not filtered by it. */
export function useFilters<K extends string>(): readonly [
  Filters<K>,
  (key: K, value: string) => void,
  (values: Filters<K>) => void,
] {
  const search: unknown = useMatches({ select: (matches): unknown => matches.at(-1)?.search });
  const navigate = useNavigate();
  const setAll = useCallback(
    (values: Filters<K>): void => {
      void navigate({
        to: ".",
        search: ((before: Filters<K>) =>
          Object.fromEntries(Object.entries({ ...before, ...values }).filter(([, text]) => text !== ""))) as never,
        replace: true,
      });
    },
    [navigate],
  );
  const set = useCallback((key: K, value: string) => setAll({ [key]: value } as Filters<K>), [setAll]);
  return [search as Filters<K>, set, setAll];
}
