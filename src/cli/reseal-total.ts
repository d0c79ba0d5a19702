// What a pass of `weft admin reseal` has found, added up over its steps.
import type { Resealed } from "#api/reseal.ts";

type Kind = Resealed["kinds"][number];
type Left = Kind["left"][number];

export interface Total {
  /** Id of the key that seals, and of the one of accounts. */
  readonly key: string;
  readonly accountKey: string | null;
  readonly rows: readonly { readonly kind: string; readonly current: number; readonly left: readonly Left[] }[];
  readonly left: readonly (Left & { readonly kind: string; readonly account: boolean })[];
  readonly seen: number;
  readonly resealed: number;
  /** Another pass would find the same. */
  readonly isStuck: boolean;
  add(step: Resealed): void;
}

interface Found {
  readonly account: boolean;
  current: number;
  resealed: number;
  readonly left: Map<string, Left>;
}

export function openTotal(): Total {
  const kinds = new Map<string, Found>();
  let key = "";
  let accountKey: string | null = null;
  const sum = (of: (found: Found) => number): number => [...kinds.values()].reduce((all, kind) => all + of(kind), 0);
  const leftOf = ({ left }: Found): readonly Left[] => [...left.values()];
  return {
    get key() {
      return key;
    },
    get accountKey() {
      return accountKey;
    },
    get rows() {
      return [...kinds].map(([kind, of]) => ({ kind, current: of.current + of.resealed, left: leftOf(of) }));
    },
    get left() {
      return [...kinds].flatMap(([kind, of]) => leftOf(of).map((left) => ({ kind, account: of.account, ...left })));
    },
    get seen() {
      return sum((of) => of.current + of.resealed + leftOf(of).reduce((all, { count }) => all + count, 0));
    },
    get resealed() {
      return sum(({ resealed }) => resealed);
    },
    get isStuck() {
      return this.left.some(({ why }) => why !== "older");
    },
    add(step) {
      key = step.key;
      accountKey = step.accountKey;
      for (const { kind, account, current, resealed, left } of step.kinds) {
        const of = kinds.get(kind) ?? { account, current: 0, resealed: 0, left: new Map<string, Left>() };
        kinds.set(kind, of);
        of.current += current;
        of.resealed += resealed;
        for (const one of left) {
          const name = `${one.key} ${one.why}`;
          const known = of.left.get(name);
          of.left.set(name, known === undefined ? one : { ...known, count: known.count + one.count });
        }
      }
    },
  };
}
