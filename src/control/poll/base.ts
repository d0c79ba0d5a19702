// What a relay says it has: the version of its snapshot and, if it wants envelopes too, their position.
import { isLater, type Position } from "#model/position.ts";
import type { ZoneHead } from "#store/face/relay.ts";

export interface PollBase {
  readonly version: string;
  /** Absent: only another version is news. */
  readonly position: Position | null;
}

/** Reads `<version>` or `<version>:<epoch>.<sequence>`; whatever else it is, no snapshot has that version. */
export function parseBase(text: string): PollBase {
  const [, version = text, epoch, sequence] = /^([^:]*):(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  const position =
    epoch === undefined || sequence === undefined ? null : { epoch: Number(epoch), sequence: Number(sequence) };
  return { version, position };
}

/** The text of a base with its position; what an ETag of the snapshot may be. */
export function formatBase(version: string, epoch: number, sequence: number): string {
  return `${version}:${epoch}.${sequence}`;
}

/** Whether the head holds something that the base lacks. Before the first compile nothing is new. */
export function isNewer(head: Pick<ZoneHead, "version" | "epoch" | "sequence">, base: PollBase | null): boolean {
  if (head.version === "") return false;
  if (base === null || base.version !== head.version) return true;
  if (base.position === null) return false;
  return isLater(head, base.position);
}
