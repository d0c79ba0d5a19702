// Why somebody may call, or not, in the reader's language.
import type { WireVerdict } from "#api/access.ts";
import type { Say, TextKey } from "#console/text/say.ts";

/** Reasons that there are texts for: all that the control plane gives today. */
export const REASONS: readonly string[] = [
  "rule",
  "no-rule",
  "no-policy",
  "unsaid",
  "disguised",
  "unreadable",
  "conditions",
  "differs",
  "mtls-off",
  "permissive",
  "outside",
  "no-certificate",
  "no-identity",
  "plaintext-refused",
  "peer-name",
  "no-outbound",
  "no-way",
  "no-mtls-between",
  "no-egress",
  "no-place",
  "absent",
];

/** The reason as a sentence; in the control plane's own words where a newer one gives another. */
export function reasonText({ reason, text }: Pick<WireVerdict, "reason" | "text">, say: Say): string {
  return REASONS.includes(reason) ? say(`access.reason.${reason}` as TextKey) : text;
}
