// A message of Envoy's inside an Any, as JSON.

/** With its type URL. */
export function typed(name: string, conf: object): object {
  return { "@type": `type.googleapis.com/${name}`, ...conf };
}
