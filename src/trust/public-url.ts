// Which URLs may be fetched that the operator has not written: nothing of a private network, as far as the text shows.
import { isPublicAddress } from "./public-address.ts";

const LONGEST_URL = 2000;

/** What is wrong with a URL that somebody else has written; null = nothing that its text shows. Names are looked at when they are resolved. */
export function urlProblem(text: string, allowPrivate: boolean): string | null {
  if (text.length > LONGEST_URL) return `cannot be longer than ${LONGEST_URL} characters`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return "must be an absolute URL";
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")) return "must begin with https://";
  if (url.username !== "" || url.password !== "")
    return "must hold no user name or password: requests are signed instead";
  if (url.hash !== "") return "must have no fragment: it would not be sent";
  if (allowPrivate) return null;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isAddress = /^[\d.]+$/.test(host) || host.includes(":");
  if (isAddress && !isPublicAddress(host))
    return "must not lead to a private, loopback, link-local or reserved address";
  if (/(^|\.)(localhost|local|internal)\.?$/i.test(host)) return "must not lead to a name of a private network";
  return null;
}
