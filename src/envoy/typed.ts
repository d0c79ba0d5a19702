// Typed `Any` values: a config object with the message name that Envoy reads it as.

/** A config with its `@type`, checked against the message's typed JSON where it is written. */
export type Typed<Name extends string, Conf> = Conf & { readonly "@type": `type.googleapis.com/${Name}` };

/** `typed("envoy.extensions.filters.http.router.v3.Router", {} satisfies RouterJson)`. */
export function typed<Name extends string, Conf extends object>(name: Name, conf: Conf): Typed<Name, Conf> {
  return { "@type": `type.googleapis.com/${name}`, ...conf };
}
