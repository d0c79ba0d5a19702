// Whose a token is, as far as tokens tell: by the line of those that made it. Pure but for reading the line.
import { tokenOf } from "#control/audit/deed.ts";
import type { LineageRow, TenantCredentials } from "#store/face/credential.ts";

/** Tokens by id, with all that they were minted by. */
export interface Lineage {
  readonly rows: ReadonlyMap<string, LineageRow>;
  /** Milliseconds since 1970: what has expired holds no more. */
  readonly now: number;
}

/** The lines of these actors. */
export async function lineageOf(
  store: Pick<TenantCredentials, "lineage">,
  actors: readonly string[],
  now: number,
): Promise<Lineage> {
  const ids = [...new Set(actors.flatMap((actor) => tokenOf(actor) ?? []))];
  return { rows: new Map((await store.lineage(ids)).map((row) => [row.id, row])), now };
}

/**
 * Whether two actors may be one person. What a founding token mints is a person, and what that mints in its turn is the same one.
 * A founding token makes people and could be any of them, so it is one with all that it made.
 */
export function mayBeSame(lineage: Lineage, one: string, other: string): boolean {
  if (one === other || personOf(lineage, one) === personOf(lineage, other)) return true;
  return isAbove(lineage, one, other) || isAbove(lineage, other, one);
}

/** Of those who approved, one for each person who is certainly another than the author and than all the others. */
export function countedApprovers(lineage: Lineage, author: string, approvers: readonly string[]): readonly string[] {
  const others = approvers.filter((one) => !mayBeSame(lineage, one, author));
  const people = [...new Map(others.map((one) => [personOf(lineage, one), one])).values()];
  // Who is above another is left out and not that one: it may be above several.
  return people.filter((one) => !people.some((other) => other !== one && isAbove(lineage, one, other)));
}

/** The member that made the line, else the token right below the founding one, or the actor itself where nothing is known of it. */
function personOf(lineage: Lineage, actor: string): string {
  const line = lineOf(lineage, actor);
  const member = line.at(-1)?.mintedBy ?? "";
  if (isMember(member)) return member;
  const founder = line.findIndex((row) => isFounding(lineage, row));
  const person = founder <= 0 ? line[0] : line[founder - 1];
  return person === undefined ? actor : `token:${person.id}`;
}

/** It came with the organisation; or it is an admin's that such a one made and that stands in its place since that one has ended. */
function isFounding(lineage: Lineage, { mintedBy, scopes }: LineageRow): boolean {
  if (mintedBy === null) return true;
  if (isMember(mintedBy)) return false;
  const above = lineage.rows.get(mintedBy);
  return above === undefined || (scopes.includes("admin") && isEnded(lineage, above) && isFounding(lineage, above));
}

/** Whether a member made the token by a session: `user:<id>`. What it made is that person. */
function isMember(mintedBy: string): boolean {
  return mintedBy.startsWith("user:");
}

function isEnded({ now }: Lineage, { revokedAt, expiresAt }: LineageRow): boolean {
  return revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= now);
}

function isAbove(lineage: Lineage, one: string, other: string): boolean {
  return one !== other && lineOf(lineage, other).some(({ id }) => `token:${id}` === one);
}

/** The token and all above it, the nearest first. */
function lineOf({ rows }: Lineage, actor: string): readonly LineageRow[] {
  const line: LineageRow[] = [];
  for (let row = rows.get(tokenOf(actor) ?? ""); row !== undefined && !line.includes(row); )
    row = line.push(row) > 0 && row.mintedBy !== null ? rows.get(row.mintedBy) : undefined;
  return line;
}
