// Names as they are resolved for calls that must not lead to a private network.
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "#trust/public-address.ts";

/** What the resolver says, as node:dns gives it with `all`. */
export type Resolve = (
  host: string,
  options: { readonly all: true },
  done: (
    error: NodeJS.ErrnoException | null,
    addresses: readonly { readonly address: string; readonly family: number }[],
  ) => void,
) => void;

/** Every address of a name must be public, and the one that is given is the one that is connected to: nothing is resolved twice. */
export function publicLookup(allowPrivate: boolean, resolver: Resolve): LookupFunction {
  return (host, options, done) => {
    resolver(host, { all: true }, (error, addresses) => {
      if (error !== null) return done(error, [], 0);
      const hidden = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
      const [first] = addresses;
      if (hidden !== undefined || first === undefined)
        return done(Object.assign(new Error("not public"), { code: "ENOTPUBLIC" }), [], 0);
      if (options.all === true) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
  };
}
