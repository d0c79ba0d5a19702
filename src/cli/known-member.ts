// A member that a command names, by address or id.
import type { Client } from "#api/caller.ts";
import type { MemberBody } from "#api/member.ts";
import { Fault } from "#model/fault.ts";
import { allPages } from "./pages.ts";

/** Fault `absent` where nobody is called so. */
export async function knownMember(client: Client, organisation: string, word: string): Promise<MemberBody> {
  const all = await allPages<MemberBody>((query) => client.call("listMembers", { params: { organisation }, query }));
  const found = all.find(({ user }) => user.id === word || user.email === word.toLowerCase());
  if (found === undefined) throw new Fault("absent", `There is no member ${JSON.stringify(word)}`);
  return found;
}
