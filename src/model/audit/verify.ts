// Verification of an exported audit log, line by line: all that is needed is in it, but the public keys.
import { canonical } from "#model/canonical.ts";
import { type Digest, type Hash, isJsonObject, type JsonObject } from "#model/json.ts";
import { type AuditEntry, type AuditSeal, auditText } from "./entry.ts";

/** The payload of a seal whose signature one of the organisation's keys made; else why it does not count. */
export type OpenSeal = (jws: string) => { readonly payload: unknown } | { readonly reason: string };

export type Verdict =
  | {
      readonly whole: true;
      readonly organisation: string;
      /** Numbers of the first and the last entry; `to` is below `from` where there is none. */
      readonly from: number;
      readonly to: number;
      /** When it was exported. */
      readonly time: string;
      /** Checkpoints that were met on the way, the export's own not counted. */
      readonly checkpoints: number;
      /** Signed word that what is older was dropped when its time had passed; null = there is nothing older, or it was not asked for. */
      readonly anchor: number | null;
    }
  | {
      readonly whole: false;
      readonly line: number;
      /** The entry that is wrong or missing; null = no entry is, but what tells of them. */
      readonly entry: number | null;
      readonly reason: string;
    };

export interface Verifier {
  /** Takes the next line without its newline; null = it was no UTF-8. Says what is wrong, once. */
  take(line: string | null): Verdict | null;
  /** After the last line. */
  end(): Verdict;
}

/** Opens one for a log. `entry` is called with each entry that holds. */
export function openVerifier(digest: Digest, openSeal: OpenSeal, entry?: (entry: AuditEntry) => void): Verifier {
  let line = 0;
  let head: Required<AuditSeal> | null = null;
  let number = 0;
  let previous: Hash = "";
  let checkpoints = 0;
  let anchor: number | null = null;
  const broken = (at: number | null, reason: string): Verdict => ({ whole: false, line, entry: at, reason });

  const takeHead = (text: string | null): Verdict | null => {
    const seal = sealOf(text, "export", openSeal);
    if ("reason" in seal) return broken(null, `the first line must say, signed, which entries follow: ${seal.reason}`);
    const { from, previous: before } = seal;
    if (from === undefined || before === undefined)
      return broken(null, "the first line does not say where the log begins");
    head = { ...seal, from, previous: before };
    number = from - 1;
    previous = before;
    return null;
  };

  const takeSeal = (text: string, jws: unknown): Verdict | null => {
    const seal = sealOf(text, "checkpoint", openSeal, jws);
    const where = `the checkpoint after entry ${number}`;
    if ("reason" in seal) return broken(number, `${where}: ${seal.reason}`);
    if (seal.organisation !== head?.organisation) return broken(number, `${where} is another organisation's`);
    if (seal.number !== number || seal.hash !== previous)
      return broken(
        number,
        `${where} is for entry ${seal.number} with the hash ${seal.hash}: the chain was made anew, or lines changed places`,
      );
    if (seal.kind === "anchor") anchor = number;
    else checkpoints += 1;
    return null;
  };

  const takeEntry = (text: string, value: JsonObject): Verdict | null => {
    const wanted = number + 1;
    const one = value as unknown as AuditEntry;
    if (wanted > (head?.number ?? 0))
      return broken(
        shownNumber(one.number, wanted),
        `it was appended: what was exported ends with entry ${head?.number}`,
      );
    if (one.number !== wanted)
      return broken(
        wanted,
        `entry ${shownNumber(one.number, 0)} stands where entry ${wanted} must: entries are missing or changed places`,
      );
    if (one.organisation !== head?.organisation) return broken(wanted, "it is another organisation's");
    const hash = digest(auditText(one));
    if (one.hash !== hash)
      return broken(wanted, `its content was changed: its hash is told as ${String(one.hash)}, and is ${hash}`);
    if (one.previous !== previous)
      return broken(
        wanted,
        `it does not follow the entry before it: that has the hash ${previous || "(none)"}, and it names ${String(one.previous) || "(none)"}`,
      );
    if (canonical(value) !== text) return broken(wanted, "its text is not the one that was exported");
    number = wanted;
    previous = hash;
    entry?.(one);
    return null;
  };

  return {
    take(text) {
      line += 1;
      if (line === 1) return takeHead(text);
      const value = text === null ? undefined : jsonOf(text);
      if (text === null || !isJsonObject(value)) return broken(number + 1, "the line is no JSON object in UTF-8");
      return "checkpoint" in value ? takeSeal(text, value.checkpoint) : takeEntry(text, value);
    },
    end() {
      if (head === null) return broken(null, "the log is empty");
      if (number < head.number)
        return broken(number + 1, `entries ${number + 1} to ${head.number} are missing: the log was cut off`);
      if (previous !== head.hash)
        return broken(number, `its hash is ${previous}, and what was signed at the export is ${head.hash}`);
      const { organisation, from, time } = head;
      return { whole: true, organisation, from, to: number, time, checkpoints, anchor };
    },
  };
}

function sealOf(
  text: string | null,
  member: "export" | "checkpoint",
  open: OpenSeal,
  given?: unknown,
): AuditSeal | { readonly reason: string } {
  const value = text === null ? undefined : jsonOf(text);
  const jws = given ?? (isJsonObject(value) ? value[member] : undefined);
  if (typeof jws !== "string") return { reason: `it has no member ${JSON.stringify(member)}` };
  // One spelling only, so that no byte can be changed unseen.
  if (text !== canonical({ [member]: jws })) return { reason: "its text is not the one that was exported" };
  const opened = open(jws);
  if ("reason" in opened) return opened;
  const seal = opened.payload as AuditSeal;
  const kinds: readonly string[] = member === "export" ? ["export"] : ["checkpoint", "anchor"];
  if (!isJsonObject(opened.payload) || !kinds.includes(seal.kind) || !Number.isSafeInteger(seal.number))
    return { reason: "what was signed is something else" };
  return seal;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shownNumber(told: unknown, otherwise: number): number {
  return Number.isSafeInteger(told) ? (told as number) : otherwise;
}
