// Where passkeys are made and asked for: the host by which people reach the control plane.
import { Fault } from "#model/fault.ts";

/** Of the console's pages. */
export interface PasskeyPlace {
  /** `https://weft.example`. */
  readonly origin: string;
  /** The host's name alone: passkeys are for every port of it (WebAuthn §5.1.2). */
  readonly rpId: string;
}

/** Null where browsers have no passkeys: at an address that is no name, or without TLS anywhere but on the own machine. */
export function passkeyPlace(url: string): PasskeyPlace | null {
  if (!URL.canParse(url)) return null;
  const { origin, hostname, protocol } = new URL(url);
  const isOwnMachine = hostname === "localhost" || hostname.endsWith(".localhost");
  const isAddress = /^[\d.]+$|^\[/.test(hostname);
  return isAddress || !(protocol === "https:" || isOwnMachine) ? null : { origin, rpId: hostname };
}

/** As above. Fault `conflict` instead of null. */
export function requirePasskeyPlace(url: string): PasskeyPlace {
  const place = passkeyPlace(url);
  if (place !== null) return place;
  throw new Fault(
    "conflict",
    "Passkeys need a host with a name: open the console by http://localhost on this machine, or by https:// and the name that the control plane was started with (--public-url)",
  );
}
