// Paths of requests as regular expressions (RE2), without the query.
import type { PathMatch } from "#model/request-match.ts";
import { escapeRegex } from "./regex.ts";

/** Parameters of a segment, which many applications leave out of account. */
const PARAMETERS = "(?:;[^/?]*)?";

/**
 * How the paths that a match means are read. `loose`: also those that an application may take for one of them, with
 * parameters in segments or a slash at the end. `bare`: none that has parameters anywhere, as `/public/..;/private` has.
 */
export type PathReading = "plain" | "loose" | "bare";

/** The paths of a match, in one reading. */
export function pathRegex({ type, value }: PathMatch, reading: PathReading): string {
  const loose = reading === "loose";
  const rest = reading === "bare" ? "/[^?;]*" : "/[^?]*";
  if (type === "RegularExpression") return loose ? `(?:${value})${PARAMETERS}/?` : `(?:${value})`;
  const trimmed = value === "/" ? "" : value.replace(/\/$/, "");
  const segments = trimmed.split("/").slice(1).map(segmentRegex);
  const path = segments.map((segment) => `/${segment}${loose ? PARAMETERS : ""}`).join("");
  if (type === "PathPrefix") return `${path}${path === "" ? rest : `(?:${rest})?`}`;
  if (loose) return `${path}/?`;
  return value === "/" ? "/" : `${path}${value.endsWith("/") ? "/" : ""}`;
}

/** Digits of `%c3` may be of either case: Envoy leaves them as they came. */
function segmentRegex(segment: string): string {
  return segment
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((part) =>
      part.startsWith("%") && part.length === 3 ? `%${[...part.slice(1)].map(eitherCase).join("")}` : escapeRegex(part),
    )
    .join("");
}

function eitherCase(digit: string): string {
  return /\d/.test(digit) ? digit : `[${digit.toLowerCase()}${digit.toUpperCase()}]`;
}
