// Who made a revision, for people.

interface Made {
  readonly actor: string | null;
  readonly token: { readonly id: string; readonly name: string } | null;
}

/** The token's name and id, or the actor as it is: a relay, the control plane. */
export function whoText({ actor, token }: Made): string {
  return token === null ? (actor ?? "") : `${token.name} (token ${token.id})`;
}
