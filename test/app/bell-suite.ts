// The bell's contract: who may listen, what is rung to whom, what ends a connection, and that its end shows. On each edge.
import { expect, test } from "vitest";
import { BELL_PATH } from "#api/bell.ts";
import { enrolRelay, type Relay } from "./relay.ts";
import { settled } from "./settled.ts";
import { createMesh, createOrganisation, type Organisation, type Subject, timeout } from "./subject.ts";

/** A relay's end of a WebSocket, as a test sees it. */
export interface BellEnd {
  /** The next message that was not read yet. */
  next(): Promise<string>;
  send(text: string): void;
  /** Ends without a good-bye of the relay's. */
  drop(): void;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export interface BellSubject extends Subject {
  /** Asks for a WebSocket with these headers. */
  knock(path: string, headers: Readonly<Record<string, string>>): Promise<Knocked>;
}

export type Knocked =
  | { readonly end: BellEnd; readonly headers: Headers }
  | { readonly end: null; readonly status: number; readonly text: string; readonly headers: Headers };

/** What must hold on every edge. */
export function bellSuite(subject: () => BellSubject): void {
  const knock = async (relay: Relay): Promise<Knocked> =>
    subject().knock(BELL_PATH, await relay.prove("GET", BELL_PATH, ""));
  const listen = async (relay: Relay): Promise<BellEnd> => {
    const knocked = await knock(relay);
    if (knocked.end === null) throw new Error(`no bell: ${knocked.status} ${knocked.text}`);
    return knocked.end;
  };
  const organise = async (): Promise<{ organisation: Organisation; relay: Relay }> => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    await settled(organisation);
    return { organisation, relay };
  };
  const positionOf = async (relay: Relay): Promise<string> => {
    const answer = await relay.call("GET", "/v1/zone/snapshot");
    const [, payload = ""] = (answer.json.envelope as string).split(".");
    const { epoch, sequence } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return JSON.stringify({ epoch, sequence });
  };
  const heard = new WeakMap<BellEnd, string[]>();
  const next = async (end: BellEnd): Promise<string> => {
    const said = await end.next();
    heard.set(end, [...(heard.get(end) ?? []), said]);
    return said;
  };
  /** Resolves once it has heard where the zone is. A ring may come before what is told of the beginning, and in more than one step. */
  const hears = async (end: BellEnd, relay: Relay): Promise<string> => {
    for (;;) {
      const position = await positionOf(relay);
      if (heard.get(end)?.includes(position) === true) return position;
      await next(end);
    }
  };
  /** Resolves once it is published. */
  const change = async (organisation: Organisation, seconds: number): Promise<void> => {
    const path = "/meshes/default/meshtimeouts/t";
    const answer = await organisation.call("PUT", path, timeout("default", "t", seconds));
    expect(answer.status, answer.text).toBeLessThan(300);
    await settled(organisation);
  };
  const isOnline = async (organisation: Organisation): Promise<boolean> =>
    (await organisation.call("GET", "/v1/zones/east/relays")).json.items[0].online;

  test("a relay is told at once where its zone is, and of each change by numbers alone", async () => {
    const { organisation, relay } = await organise();
    const knocked = await knock(relay);
    expect(knocked.headers.get("weft-nonce")).toMatch(/^[\w-]{20,}$/);
    const end = knocked.end as BellEnd;
    const first = await next(end);
    expect(first).toBe(await positionOf(relay));
    for (const seconds of [3, 4]) {
      await change(organisation, seconds);
      expect(await hears(end, relay)).toMatch(/^\{"epoch":\d+,"sequence":\d+\}$/);
    }
    end.drop();
  });

  test("nobody hears another organisation's bell", async () => {
    const [one, other] = [await organise(), await organise()];
    const [mine, theirs] = [await listen(one.relay), await listen(other.relay)];
    await Promise.all([mine.next(), theirs.next()]);
    await change(one.organisation, 3);
    await hears(mine, one.relay);
    theirs.send("ping");
    expect(await theirs.next(), "nothing was rung before the answer to a ping").toBe("pong");
    mine.drop();
    theirs.drop();
  });

  test("a ping is answered, and whatever else a relay says ends its connection", async () => {
    const { relay } = await organise();
    for (const said of ["pong", "", '{"epoch":1,"sequence":9}', "x".repeat(60)]) {
      const end = await listen(relay);
      await end.next();
      end.send("ping");
      expect(await end.next()).toBe("pong");
      end.send(said);
      expect(await end.closed).toEqual({ code: 1008, reason: "a relay says nothing but ping" });
    }
    const end = await listen(relay);
    await end.next();
    end.send("ping".repeat(100_000));
    expect([1006, 1008, 1009]).toContain((await end.closed).code);
  });

  test("a newer connection of a relay ends the older, and is rung", async () => {
    const { organisation, relay } = await organise();
    const older = await listen(relay);
    const newer = await listen(relay);
    expect(await older.closed).toEqual({ code: 4000, reason: "the relay has come by another connection" });
    await change(organisation, 3);
    await hears(newer, relay);
    expect(await isOnline(organisation)).toBe(true);
    newer.drop();
  });

  test("two relays of a zone are rung, each on its own connection", async () => {
    const { organisation, relay } = await organise();
    const second = await enrolRelay(subject(), organisation, "east");
    const ends = [await listen(relay), await listen(second)];
    await change(organisation, 3);
    for (const end of ends) await hears(end, relay);
    for (const end of ends) end.drop();
  });

  test("a revoked relay hears the bell no more, and finds its door shut", async () => {
    const { organisation, relay } = await organise();
    const other = await enrolRelay(subject(), organisation, "east");
    const [revoked, stays] = [await listen(relay), await listen(other)];
    await organisation.call("DELETE", `/v1/zones/east/relays/${relay.relay}`);
    expect(await revoked.closed).toEqual({ code: 4001, reason: "the relay has been revoked" });
    expect(await knock(relay)).toMatchObject({ end: null, status: 403 });
    await settled(organisation);
    await hears(stays, other);
    await organisation.call("POST", "/v1/zones/east/revocation", {});
    expect((await stays.closed).code).toBe(4001);
  });

  test("who proves nothing, or asks for no WebSocket, is answered in words", async () => {
    const { relay } = await organise();
    const stranger = await subject().knock(BELL_PATH, {});
    expect(stranger).toMatchObject({ end: null, status: 401 });
    expect(stranger.headers.get("weft-nonce")).toMatch(/^[\w-]{20,}$/);
    const elsewhere = await subject().knock(BELL_PATH, await relay.prove("GET", "/v1/zone/view", ""));
    expect(elsewhere).toMatchObject({ end: null, status: 401 });
    const plain = await relay.call("GET", BELL_PATH);
    expect([plain.status, plain.json.detail]).toEqual([400, expect.stringContaining("does a proxy take its Upgrade?")]);
    const lost = await subject().knock("/v1/zone/none", {});
    expect(lost).toMatchObject({ end: null, status: 404 });
  });

  test("a connection that ends shows, and the relay that comes again does, too", async () => {
    const { organisation, relay } = await organise();
    const end = await listen(relay);
    await end.next();
    expect(await isOnline(organisation)).toBe(true);
    end.drop();
    const began = Date.now();
    while (await isOnline(organisation)) {
      expect(Date.now() - began, "longer than it may take to come again").toBeLessThan(40_000);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const again = await listen(relay);
    await again.next();
    expect(await isOnline(organisation)).toBe(true);
    again.drop();
  });
}
