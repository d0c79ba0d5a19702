// A client of the stream of events: it reads until what it waits for has come, and knows the last id.
import type { Hint } from "#api/event.ts";
import type { Organisation, Subject } from "./subject.ts";

export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** All that was told so far, in order. */
  readonly hints: readonly Hint[];
  readonly lastId: string;
  /** As it came. */
  readonly text: string;
  /** Reads until this is told, what was told already included; Error when the stream ends, or after 15 s. */
  until(wanted: Partial<Hint>): Promise<Hint>;
  /** Resolves when the control plane ends the stream. */
  ended(): Promise<void>;
  close(): Promise<void>;
}

const BOUND = 15_000;

/** Opens it; `lastId` as a browser sends it when it comes back. */
export async function openEvents(
  subject: Subject,
  { name, token }: Pick<Organisation, "name" | "token">,
  lastId?: string,
): Promise<EventReader> {
  const response = await subject.fetch(`/o/${name}/v1/events`, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: "text/event-stream",
      ...(lastId === undefined ? {} : { "last-event-id": lastId }),
    },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const hints: Hint[] = [];
  let [text, rest, id] = ["", "", ""];
  const readMore = async (): Promise<boolean> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new Error(`nothing came within ${BOUND} ms; so far ${text}`)), BOUND);
    });
    try {
      const part = await Promise.race([reader?.read(), late]);
      if (part === undefined || part.done) return false;
      text += part.value;
      const blocks = (rest + part.value).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        for (const line of block.split("\n")) {
          if (line.startsWith("id: ")) id = line.slice(4);
          if (line.startsWith("data: ")) hints.push(JSON.parse(line.slice(6)) as Hint);
        }
      }
      return true;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    hints,
    get lastId() {
      return id;
    },
    get text() {
      return text;
    },
    async until(wanted) {
      for (;;) {
        const found = hints.find((hint) =>
          Object.entries(wanted).every(
            ([key, value]) => JSON.stringify(hint[key as keyof Hint]) === JSON.stringify(value),
          ),
        );
        if (found !== undefined) return found;
        if (!(await readMore())) throw new Error(`the stream ended before ${JSON.stringify(wanted)}: ${text}`);
      }
    },
    async ended() {
      while (await readMore());
    },
    async close() {
      await reader?.cancel();
    },
  };
}
