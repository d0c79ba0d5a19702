// What the measure is doing, for who waits: it goes to stderr.
const began = Date.now();

/** One line, with the seconds since the measure was loaded. */
export function tell(what: string): void {
  process.stderr.write(`scale: ${what} (${Math.round((Date.now() - began) / 1000)} s)\n`);
}
