// An API token behind the `#` of an address, as `weft up` prints one.

export interface GivenToken {
  readonly token: string;
  /**
   * It signs in without being asked. Only on the reader's own machine: elsewhere a link of somebody else would sign a reader in
   * to that one's organisation unseen.
   */
  readonly isOwn: boolean;
}

const OWN_MACHINE: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

export function givenToken({ hostname, hash }: Pick<Location, "hostname" | "hash">): GivenToken | null {
  const [, token] = /^#token=(weft_api_[\w-]+)$/.exec(hash) ?? [];
  return token === undefined ? null : { token, isOwn: OWN_MACHINE.includes(hostname) };
}
