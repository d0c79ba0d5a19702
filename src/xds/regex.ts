// Regular expressions (RE2) over a certificate's URI SANs, which Envoy joins with commas.

/** Text that stands for itself. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** One element of a list that is joined with commas. A leaf has a SPIFFE ID and one URI more for each of its tags. */
export function anyOfList(element: string): string {
  return `(?:.*,)?${element}(?:,.*)?`;
}
