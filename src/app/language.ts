// In which language somebody is written to.
import { LANGUAGES, type Language } from "#account/accounts.ts";

/** The first of Accept-Language, by its weights (RFC 9110 §12.5.4), that we write; English where there is none. */
export function languageOf(header: string | null): Language {
  const wanted = (header ?? "").split(",").map((part, at) => {
    const [range = "", ...parameters] = part.trim().toLowerCase().split(";");
    const weight = Number(/^\s*q=([\d.]+)/.exec(parameters.join(";"))?.[1] ?? "1");
    return { primary: range.split("-")[0], weight, at };
  });
  const known = wanted.filter(({ primary, weight }) => weight > 0 && LANGUAGES.some((one) => one === primary));
  const [first] = known.sort((one, other) => other.weight - one.weight || one.at - other.at);
  return LANGUAGES.find((one) => one === first?.primary) ?? "en";
}
