// The address of a libSQL server, as operators write it.

export interface LibsqlAddress {
  /** Takes pipelines of Hrana 2. */
  readonly pipeline: string;
  /** A token that stands in the address itself (`?authToken=`); null where none does. */
  readonly token: string | null;
}

/**
 * Reads `https://…`, `http://…` or `libsql://…`, which is HTTPS unless it ends in `?tls=0`. Error with all that is wrong, which
 * does not repeat the address: a token may stand in it.
 */
export function readLibsqlAddress(text: string): LibsqlAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new Error("The URL of a libSQL server is not one: it has a scheme and a host");
  const { protocol, searchParams, hash, port, username, password } = url;
  const tls = searchParams.get("tls");
  const wanted = tls === "0" ? "http:" : "https:";
  const scheme = protocol === "libsql:" ? wanted : protocol;
  const problems: string[] = [];
  if (scheme !== "http:" && scheme !== "https:")
    problems.push(`its scheme is ${protocol}; servers are reached by libsql:, https: or http:`);
  else if (tls !== null && scheme !== wanted) problems.push(`?tls=${tls === "0" ? "0" : "1"} contradicts ${protocol}`);
  if (tls !== null && tls !== "0" && tls !== "1") problems.push("?tls= is 0 or 1");
  if (protocol === "libsql:" && tls === "0" && port === "") problems.push("with ?tls=0 it must name a port");
  for (const name of searchParams.keys())
    if (name !== "tls" && name !== "authToken") problems.push(`the parameter ${name} is unknown`);
  if (hash !== "") problems.push("it has a fragment");
  if (username !== "" || password !== "") problems.push("it names a user; servers take tokens");
  if (problems.length > 0) throw new Error(`The URL of a libSQL server is refused: ${problems.join("; ")}`);
  const base = text.replace(/^libsql:/i, scheme);
  return { pipeline: new URL("v2/pipeline", base).href, token: searchParams.get("authToken") };
}
