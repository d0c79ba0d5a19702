// What must hold at every moment of a world: nothing goes back, nothing is another organisation's, no key is another proxy's.

import { resourceIn } from "#relay/ads/resource.ts";
import { digest } from "#relay/digest.ts";
import { createResourceBook, type ResourceBook } from "#relay/resources.ts";
import type { ProxyKey } from "#relay/zone.ts";
import type { ZoneSide } from "#relay/zone-side.ts";

/** An organisation, and what only its own resources may hold. */
export interface Owner {
  readonly name: string;
  readonly tenant: string;
  /** Every address of its own begins so. */
  readonly prefix: string;
}

export interface Watch {
  /** Looks at every change of a relay; `damaged` counts how often its folder was. */
  follow(org: number, damaged: () => number, who: string, side: ZoneSide): void;
  sees(orgs: readonly Owner[]): void;
  bookOf(side: ZoneSide): ResourceBook;
  /** What did not hold. */
  readonly broken: readonly string[];
  /** Looks at secrets that have been checked, by whose they are. */
  readonly keys: ReadonlyMap<string, string>;
  end(): void;
}

const MESHES = ["default", "beside"];

export function createWatch(): Watch {
  let orgs: readonly Owner[] = [];
  let ended = false;
  const broken = new Set<string>();
  const books = new WeakMap<ZoneSide, ResourceBook>();
  const newest = new Map<string, { readonly at: readonly [number, number]; readonly damaged: number }>();
  const seen = new Map<number, Set<string>>();
  const keys = new Map<string, string>();

  const bookOf = (side: ZoneSide): ResourceBook => {
    const book = books.get(side) ?? createResourceBook(digest);
    books.set(side, book);
    return book;
  };

  function order(who: string, damaged: number, { epoch, sequence }: { epoch: number; sequence: number }): void {
    const before = newest.get(who);
    const fell = before !== undefined && (epoch < before.at[0] || (epoch === before.at[0] && sequence < before.at[1]));
    if (fell && before.damaged === damaged)
      broken.add(`${who} fell from ${before.at.join(".")} to ${epoch}.${sequence}`);
    newest.set(who, { at: [epoch, sequence], damaged });
  }

  /** Everything that is served, as text; each text is searched once. */
  function foreign(org: number, who: string, side: ZoneSide): void {
    const done = seen.get(org) ?? new Set<string>();
    seen.set(org, done);
    const { snapshot, newcomers, changedSets } = side.served();
    const texts = [
      ...(snapshot?.blobs ?? []),
      ...[...newcomers].flatMap(([name, { blobs, endpoints }]) => [
        ...blobs,
        [name, JSON.stringify(endpoints)] as const,
      ]),
      ...["", ...MESHES].flatMap((mesh) => [...changedSets(mesh)].map(([name, set]) => [name, JSON.stringify(set)])),
    ];
    for (const [name, text] of texts as [string, string][]) {
      if (done.has(text)) continue;
      done.add(text);
      for (const [index, { prefix, tenant, name: other }] of orgs.entries())
        if (index !== org && [`"${prefix}`, tenant, other].some((mark) => text.includes(mark)))
          broken.add(`${who} serves what is ${other}'s: ${name}`);
    }
  }

  function secrets(org: number, who: string, side: ZoneSide): void {
    const served = side.served();
    const book = bookOf(side);
    for (const { mesh, name } of side.status().proxies) {
      const proxy: ProxyKey = { mesh, name };
      const given = book.of(served, proxy, (of) => side.identity(proxy, undefined, of));
      for (const of of MESHES) {
        const found = given && resourceIn(given.sets.secret, `identity_cert:secret:${of}`);
        if (found === undefined || found.pending === true) continue;
        const owner = `${orgs[org]?.name}/${mesh}/${name}`;
        if (of !== mesh) broken.add(`${who} gives ${owner} an identity of ${of}`);
        const text = JSON.stringify(found.body());
        const key = /BEGIN [A-Z ]*PRIVATE KEY[^"]*/.exec(text)?.[0] ?? "";
        if (key === "") broken.add(`${who} gives ${owner} an identity without a key`);
        const holder = keys.get(key) ?? owner;
        if (holder !== owner) broken.add(`${who} gives ${owner} the key of ${holder}`);
        keys.set(key, holder);
      }
    }
  }

  return {
    follow(org, damaged, who, side) {
      const look = (): void => {
        if (ended) return;
        order(who, damaged(), side.served());
        foreign(org, who, side);
        secrets(org, who, side);
      };
      look();
      side.onChange(look);
    },
    sees(all) {
      orgs = all;
    },
    bookOf,
    get broken() {
      return [...broken];
    },
    keys,
    end() {
      ended = true;
    },
  };
}
