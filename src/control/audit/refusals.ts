// Refused API tokens, written down so that they can be seen, and so seldom that a flood of them costs nothing.
import type { ControlDeps } from "#control/deps.ts";
import type { JsonObject } from "#model/json.ts";
import { keepNewest } from "#model/keep-newest.ts";
import { deed } from "./deed.ts";

/** Why a token was refused. */
export const REFUSALS = {
  unknown: "no token has its id",
  wrong: "its secret is another one",
  revoked: "it has been revoked",
  expired: "it has expired",
} as const;
export type Refusal = keyof typeof REFUSALS;

/** How long one entry speaks for what follows; milliseconds. */
const SPELL = 3_600_000;
/** Within a spell the next entry comes when so many times as many were refused. */
const STEP = 10;
/** Ids that an entry names. */
const NAMED = 5;
/** Organisations, and spells, that a process remembers. */
const MOST = 10_000;

/** What was refused of one organisation, for one reason. */
interface Spell {
  readonly since: number;
  count: number;
  /** The count at which the next entry is written. */
  next: number;
  readonly tokens: Set<string>;
}

export interface Refusals {
  /** The organisation exists: a token of it was found. */
  seen(tenant: string): void;
  /**
   * A token was refused; `token` is its id, null where nobody has it. Of an organisation that was never seen nothing is read, kept
   * or written. The first of a reason is written down, then the tenth, the hundredth and so on, until an hour has passed. Never throws.
   */
  note(tenant: string, reason: Refusal, token: string | null): Promise<void>;
}

/** Of this process; what others have written within the hour is looked up before the first. */
export function openRefusals({ store, clock, log }: Pick<ControlDeps, "store" | "clock" | "log">): Refusals {
  const known = new Map<string, true>();
  const spells = new Map<string, Spell>();

  async function write(tenant: string, reason: Refusal, spell: Spell): Promise<void> {
    const within = store.within(tenant);
    const subject = `API token: ${reason}`;
    const { count, tokens } = spell;
    if (count === 1) {
      const since = new Date(clock() - SPELL + 1).toISOString();
      const query = { action: "credential.refuse", subject, since, newestFirst: true, size: 1 };
      if ((await within.audit(query)).length > 0) return;
    }
    const details: JsonObject = { count, since: new Date(spell.since).toISOString(), why: REFUSALS[reason] };
    const named = tokens.size === 0 ? details : { ...details, tokens: [...tokens] };
    await within.record({ audit: [deed({ actor: "unknown" }, clock(), "credential.refuse", subject, named)] });
  }

  return {
    seen: (tenant) => void keepNewest(known, tenant, true, MOST),
    async note(tenant, reason, token) {
      if (token !== null) keepNewest(known, tenant, true, MOST);
      if (!known.has(tenant)) return;
      const key = `${tenant}/${reason}`;
      const now = clock();
      const last = spells.get(key);
      const spell =
        last !== undefined && now - last.since < SPELL
          ? last
          : { since: now, count: 0, next: 1, tokens: new Set<string>() };
      keepNewest(spells, key, spell, MOST);
      spell.count += 1;
      if (token !== null && spell.tokens.size < NAMED) spell.tokens.add(token);
      if (spell.count < spell.next) return;
      // Set before anything is waited for: of many at once one writes.
      spell.next *= STEP;
      await write(tenant, reason, spell).catch((error: unknown) => {
        log("warn", "a refused token was not written down", { tenant, reason, error });
      });
    },
  };
}
