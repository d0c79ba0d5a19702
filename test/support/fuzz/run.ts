// The run: so many requests, each judged; then the honest client, and the organisation that nobody had a right to.

import type { Subject } from "#test/app/subject.ts";
import { randomOf } from "#test/random.ts";
import { faultsOf } from "./judge.ts";
import { type Drawn, drawRequest, type Operation, operationsOf } from "./request.ts";
import type { Document } from "./sample.ts";
import { exchange, replayOf } from "./wire.ts";
import { type Attacker, openAttacker, openVictim, readDocument, type Victim } from "./world.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly runs: number;
  /** The first request; those before it are drawn and not sent. */
  readonly first?: number;
  /** Whether what is no HTTP is refused by our own code; else it is not sent. */
  readonly ours: boolean;
  readonly tell?: (text: string) => void;
  /** Asked now and then; throws where the process is gone or too large. */
  readonly alive?: () => void;
}

export interface FuzzOutcome {
  readonly runs: number;
  /** Operations of the document that were called. */
  readonly operations: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** What was wrong, each with how to send it again. */
  readonly failed: readonly string[];
}

/** After so many the organisation that is played with is a new one: requests that have a right change and end things. */
const GENERATION = 1000;
const AT_ONCE = 6;
const MOST_FAILURES = 20;

export async function fuzz(subject: Subject, options: FuzzOptions): Promise<FuzzOutcome> {
  const { seed, runs, first = 0, tell = () => {}, alive = () => {} } = options;
  const document = await readDocument(subject);
  const operations = operationsOf(document);
  const victim = await openVictim(subject);
  const before = await victim.state();
  const seen = new Set<Operation>();
  const statuses: Record<string, number> = {};
  const failed: string[] = [];
  const note = (index: number, text: string): void => void failed.push(`#${index}: ${text}`);
  for (let start = first; start < first + runs && failed.length < MOST_FAILURES; start += GENERATION) {
    const attacker = await openAttacker(subject, victim, start);
    const revisions = await revisionsOf(attacker);
    let allowed = 0;
    let next = start;
    const end = Math.min(start + GENERATION, first + runs);
    const work = async (): Promise<void> => {
      while (next < end && failed.length < MOST_FAILURES) {
        const index = next++;
        const wild = drawAt(seed, index, operations, document, attacker);
        const drawn = options.ours ? wild : asHttp(wild);
        const request: Drawn = { ...drawn, headers: [...drawn.headers, ...(await attacker.headersFor(drawn))] };
        const answer = await exchange(subject.url, request);
        seen.add(request.operation);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (answer.status < 300 && RIGHTFUL.has(request.caller)) allowed += 1;
        const hidden = [...victim.canaries, ...attacker.secrets];
        const faults = faultsOf({ request, answer, hidden });
        if (faults.length > 0) {
          const told = answer.text.slice(0, 400);
          note(
            index,
            `${faults.join("; ")}\n  ${replayOf(subject.url, request).slice(0, 6000)}\n  → ${answer.status} ${told}`,
          );
        }
        if (index % 100 === 99) alive();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    // What had no right has changed nothing: each revision is of one answer that allowed it.
    const grown = ((await revisionsOf(attacker)) ?? 0) - (revisions ?? 0);
    if (grown > allowed) note(end, `${grown} revisions of ${allowed} calls that were allowed`);
    tell(`${end - first} of ${runs}, ${seen.size} of ${operations.length} operations, ${JSON.stringify(statuses)}`);
  }
  const after = await victim.state();
  if (after !== before) note(first + runs, `the other organisation has changed:\n${before}\n${after}`);
  await honest(subject, victim).catch((error: unknown) => note(first + runs, `the honest client: ${String(error)}`));
  alive();
  return { runs, operations: seen.size, statuses, failed };
}

const PLAIN = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const FRAMING = new Set(["host", "content-length", "transfer-encoding", "expect", "bad name", "nul", "upgrade"]);

/** The same without what is no HTTP: a platform's own front refuses that before any worker is asked. */
function asHttp(request: Drawn): Drawn {
  return {
    ...request,
    method: PLAIN.has(request.method) ? request.method : request.operation.method,
    target: /^\/(?!\/)[\x21-\x7e]*$/.test(request.target) ? request.target : request.operation.path,
    headers: request.headers.filter(([name, value]) => !FRAMING.has(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)),
  };
}

const RIGHTFUL: ReadonlySet<string> = new Set(["admin", "session", "relay", "operator", "person"]);

function drawAt(
  seed: number,
  index: number,
  operations: readonly Operation[],
  document: Document,
  { ground }: Attacker,
): Drawn {
  const random = randomOf((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0);
  return drawRequest(operations, ground, { random, schemas: document.components.schemas });
}

/** The newest revision; null once the organisation's own token has ended it. */
async function revisionsOf({ organisation }: Attacker): Promise<number | null> {
  const { status, json } = await organisation.call("GET", "/v1/revisions?size=1");
  return status === 200 ? Number(json.items[0]?.revision ?? 0) : null;
}

/** What a client does that means well: it writes, reads, and takes away. */
async function honest(subject: Subject, { organisation }: Victim): Promise<void> {
  for (const [method, status] of [
    ["PUT", 201],
    ["GET", 200],
    ["DELETE", 200],
    ["GET", 404],
  ] as const) {
    const body = method === "PUT" ? { type: "Mesh", name: "afterwards" } : undefined;
    const answer = await organisation.call(method, "/meshes/afterwards", body);
    if (answer.status !== status) throw new Error(`${method} at ${subject.url}: ${answer.status} ${answer.text}`);
  }
}
