// Who made a revision, for people.

interface Made {
  readonly actor: string | null;
  readonly token: { readonly id: string; readonly name: string } | null;
  readonly user?: { readonly id: string; readonly name: string };
}

/** The name and id of a person or a token, or the actor as it is: a relay, the control plane. */
export function whoText({ actor, token, user }: Made): string {
  if (user !== undefined) return `${user.name} (user ${user.id})`;
  return token === null ? (actor ?? "") : `${token.name} (token ${token.id})`;
}
