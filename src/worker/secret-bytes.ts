// Secrets of the workers: text to bytes.
import { Fault } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";
import { fromBase64Url } from "#trust/bytes.ts";

/** Bytes of a base64url secret. Error that names the secret and how to make one, never its text. */
export function readSecret(name: string, text: string | undefined): Sealed<Uint8Array> {
  if (!isKey(text)) throw new Error(keyProblem(name));
  return new Sealed<Uint8Array>(fromBase64Url(text) as Uint8Array);
}

function isKey(text: string | undefined): text is string {
  return (fromBase64Url(text ?? "")?.length ?? 0) >= 32;
}

function keyProblem(name: string): string {
  return `The secret ${name} must hold 32 random bytes in base64url: ${howToSet(name)}`;
}

function howToSet(name: string): string {
  return `wrangler secret put ${name}, or a line in .dev.vars for wrangler dev`;
}

/** Letters that the operator's secret has at least. */
const LEAST_LETTERS = 32;

/** What is wrong with secrets that hold keys, and with the operator's secret where it is one of them. */
function problemsOf(secrets: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(secrets).flatMap(([name, text = ""]) => {
    if (name === "OPERATOR_SECRET")
      return text.length < LEAST_LETTERS
        ? [`The secret ${name} must have at least ${LEAST_LETTERS} characters: ${howToSet(name)}`]
        : [];
    return isKey(text) ? [] : [keyProblem(name)];
  });
}

/** Fault `unavailable` where one of them is missing or malformed. Its cause, which is the log's alone, names all of them. */
export function refuseSecrets(secrets: Readonly<Record<string, string | undefined>>): void {
  const problems = problemsOf(secrets);
  if (problems.length === 0) return;
  throw new Fault("unavailable", "The control plane is not set up; its log says what it lacks", {
    cause: new Error(problems.join("; ")),
    retryAfter: 60,
  });
}
