// Waiting for a world: as long as what is lacking still changes.

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** So long without any change is never; milliseconds. */
const BOUND = 60_000;

/** Waits until nothing is lacking; an Error that says what is. */
export async function until(lacks: () => readonly string[], what: string): Promise<void> {
  let [before, since] = ["", Date.now()];
  for (;;) {
    const lacking = lacks().join("\n");
    if (lacking === "") return;
    if (lacking !== before) [before, since] = [lacking, Date.now()];
    if (Date.now() - since > BOUND) throw new Error(`${what}:\n${lacking}`);
    await pause(5);
  }
}
