// One resource under the modifications that are about it: each is applied where the resource still holds afterwards, or told.
import { HoleInTheWay, type JsonMessage, type NativeEnvoy } from "#envoy/native.ts";
import type { Bindings, Json } from "#model/json.ts";
import { ENVOY_DNS_PORT, NODE_HOLES } from "#model/node-hole.ts";
import { fill, fillPartly, type Template } from "#snapshot/template.ts";
import type { Complaint } from "#xds/trace.ts";
import { applyTo, isAbout, type Subject } from "./apply.ts";
import { foreignSecret } from "./foreign-secret.ts";
import { roomAfter } from "./json-patch.ts";
import { MESSAGES, type Prepared, sourceOf } from "./prepared.ts";

const MESSAGE = {
  cluster: MESSAGES.cluster,
  listener: MESSAGES.listener,
  route: "envoy.config.route.v3.RouteConfiguration",
};

/** Stands for what only the relay knows, while a patched resource is judged. */
const SAMPLE: Bindings = {
  [NODE_HOLES.accessLog]: "/tmp/a.sock",
  [NODE_HOLES.metrics]: "/tmp/b.sock",
  [NODE_HOLES.dynamicConfig]: "/tmp/c.sock",
  [NODE_HOLES.metricsTls]: null,
  [NODE_HOLES.host]: "127.0.0.1",
  [NODE_HOLES.dnsPort]: ENVOY_DNS_PORT,
};

/** Modifications of one resource that are judged one by one. */
const MOST_APART = 32;
/** Wrong modifications of one resource that are told and left out one by one. */
const MOST_WRONG = 20;
/** Of a patched resource; those that policies make have some thousands. */
const MOST_VALUES = 200_000;

/** What is added stands in place of its namesake. */
export function replaces({ kind, operation, value }: Prepared, subject: Subject): boolean {
  return operation === "Add" && kind === subject.kind && value?.name === subject.name;
}

interface Patched {
  readonly template: Template | null;
  /** The modifications that changed it. */
  readonly by: readonly number[];
  readonly complaints: readonly Complaint[];
  /** It holds values of one proxy. */
  readonly own: boolean;
}

/** The template with the modifications that are about it, and what is wrong with those that were left out. */
export function patchedTemplate(
  template: Template,
  list: readonly Prepared[],
  subject: Subject,
  native: NativeEnvoy,
): Patched {
  const end = list.findIndex((one) => replaces(one, subject));
  const before = template.body as JsonMessage;
  const acting = end === -1 ? list : list.slice(0, end);
  const about: About = { template, subject, native };
  const start: State = { body: before, by: [], complaints: [], own: false, wrong: 0 };
  // A wrong value that a later modification mends is told too, as long as there are few to judge.
  const made =
    acting.length > MOST_APART
      ? inGroups(acting, start, about)
      : acting.reduce((state, one) => inGroups([one], state, about), start);
  const { body, wrong: _, ...rest } = made;
  if (end !== -1 || body === null) return { ...rest, template: null };
  return { ...rest, template: body === before ? template : { ...template, body } };
}

/** How far a resource is patched; null where a modification took it away. */
interface State extends Omit<Patched, "template"> {
  readonly body: JsonMessage | null;
  /** Modifications after which the resource was none. */
  readonly wrong: number;
}

interface About {
  readonly template: Template;
  readonly subject: Subject;
  readonly native: NativeEnvoy;
}

/**
 * A whole resource is judged at once for all modifications, since each judgement costs as much as the resource is large; where
 * it is wrong, by halves, until the wrong ones are found. After MOST_WRONG of them the rest is left out.
 */
function inGroups(list: readonly Prepared[], before: State, about: About): State {
  if (list.length === 0 || before.body === null) return before;
  const { template, subject, native } = about;
  const said = (reason: string): Complaint => ({
    source: sourceOf(list[0]?.index ?? 0),
    reason: `${reason} (${template.kind} of ${subject.origin})`,
  });
  if (before.wrong >= MOST_WRONG) {
    const left = list.map(({ index }) => ({
      ...said(`left out after ${MOST_WRONG} wrong ones`),
      source: sourceOf(index),
    }));
    return { ...before, complaints: [...before.complaints, ...left] };
  }
  const after = list.reduce((state, one) => applied(one, state, about), before);
  if (after.body === null || after.body === before.body) return after;
  const tooLarge = roomAfter(after.body, MOST_VALUES) < 0;
  const wrong = tooLarge
    ? `the resource would have more than ${MOST_VALUES} values`
    : problemOf({ ...template, body: after.body }, template, subject.bindings, native);
  if (wrong === null) return after;
  if (list.length === 1) {
    return { ...before, complaints: [...before.complaints, said(wrong)], wrong: before.wrong + 1 };
  }
  const half = Math.ceil(list.length / 2);
  return inGroups(list.slice(half), inGroups(list.slice(0, half), before, about), about);
}

function applied(one: Prepared, state: State, { template, subject, native }: About): State {
  const { body } = state;
  if (body === null || !isAbout(one, subject, body)) return state;
  try {
    let { own } = state;
    let next: JsonMessage | null;
    try {
      next = applyTo(one, body, subject, native);
    } catch (error) {
      if (!(error instanceof HoleInTheWay)) throw error;
      // What is to be changed differs per proxy: from here on so does the resource.
      next = applyTo(one, fillPartly(body, subject.bindings) as JsonMessage, subject, native);
      own = true;
    }
    return next === body ? { ...state, own } : { ...state, own, body: next, by: [...state.by, one.index] };
  } catch (error) {
    const words = error instanceof Error ? error.message : "it could not be applied";
    const reason = `${words} (${template.kind} of ${subject.origin})`;
    return { ...state, complaints: [...state.complaints, { source: sourceOf(one.index), reason }] };
  }
}

/** Why the patched resource is none; null too where it was none before. */
function problemOf(next: Template, before: Template, bindings: Bindings, native: NativeEnvoy): string | null {
  if (next.kind === "secret") return null;
  const values = { ...SAMPLE, ...bindings };
  const [made, was] = [fill(next, values).body, fill(before, values).body];
  if (nameIn(made) !== nameIn(was)) {
    return "its name cannot be changed: other resources lead to it by that name";
  }
  const foreign = foreignSecret(made, was);
  if (foreign !== null) return foreign;
  const wrong = native.problem(MESSAGE[next.kind], made);
  return wrong === null || wrong === native.problem(MESSAGE[next.kind], was) ? null : wrong;
}

function nameIn(body: Json): Json {
  return (body as JsonMessage).name ?? "";
}
