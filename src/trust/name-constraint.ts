// Name constraints (RFC 5280 §4.2.1.10), which the library knows no form of: the extension's value, written and read.
import type { Bytes } from "./bytes.ts";
import { ascii, context, DerReader, ia5, sequence, TAG, tlv } from "./der.ts";
import { NAME } from "./extension.ts";

/** The extension's object identifier. */
export const NAME_CONSTRAINTS = "2.5.29.30";

/** Permits URIs of exactly these hosts, and no DNS name and no IP address at all. */
export function nameConstraints(uriHosts: readonly string[]): Bytes {
  const permitted = tlv(context(0), ...uriHosts.map((host) => sequence(tlv(NAME.uri, ia5(host)))));
  const excluded = tlv(
    context(1),
    sequence(tlv(NAME.dns)),
    sequence(tlv(NAME.ip, new Uint8Array(8))),
    sequence(tlv(NAME.ip, new Uint8Array(32))),
  );
  return sequence(permitted, excluded);
}

/** Hosts of permitted URI subtrees, lower-case; null when URIs are not constrained. A DerError when it is none. */
export function readPermittedHosts(value: Bytes): readonly string[] | null {
  const list = new DerReader(value).enter(TAG.sequence);
  if (!list.has(context(0))) return null;
  const subtrees = list.enter(context(0));
  const hosts: string[] = [];
  while (!subtrees.done) {
    const base = subtrees.enter(TAG.sequence);
    if (base.has(NAME.uri)) hosts.push(ascii(base.read(NAME.uri)).toLowerCase());
  }
  return hosts.length === 0 ? null : hosts;
}
