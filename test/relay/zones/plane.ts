// A control plane in this process, called as by HTTP: its real floors on files of its own, with a clock that jumps.
import { randomBytes } from "node:crypto";
import { createApp } from "#app/app.ts";
import { openContactBook } from "#control/bell/contact.ts";
import type { Control } from "#control/open.ts";
import { Sealed } from "#model/sealed.ts";
import { openPlane, type Plane } from "#test/control/harness.ts";
import { noAccounts } from "#test/no-accounts.ts";
import { importNonceKey } from "#trust/nonce.ts";

export const URL_OF_PLANE = "https://plane.test";

/** The clock of everybody. */
export interface Time {
  ahead: number;
  now(): number;
}

export function createTime(): Time {
  const time: Time = { ahead: 0, now: () => Date.now() + time.ahead };
  return time;
}

export interface HttpPlane {
  readonly plane: Plane;
  readonly control: Control;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Another process takes over, on the same files. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startPlane(time: Time): Promise<HttpPlane> {
  const plane = await openPlane({ clock: time.now });
  const nonceKey = await importNonceKey(new Sealed<Uint8Array>(new Uint8Array(randomBytes(32))));
  const operatorSecret = new Sealed("weft_operator_test");
  const { store, deps } = plane;
  const appOf = ({ writer, reader, poll, organisations, members, audit, usage, tiers, events }: Control) =>
    createApp({
      ...{
        store,
        writer,
        reader,
        poll,
        organisations,
        members,
        audit,
        usage,
        tiers,
        events,
        operatorSecret,
        nonceKey,
        accountKey: nonceKey,
        addressOf: () => "",
        accounts: noAccounts,
        originOf: () => "",
        clock: time.now,
        chance: deps.chance,
      },
      ...{
        controlPlane: deps.controlPlane,
        log: () => undefined,
        contacts: openContactBook(time.now, true),
        console: async () => null,
      },
    });
  let control = plane.control;
  let app = appOf(control);
  return {
    plane,
    get control() {
      return control;
    },
    fetch: (url, init) => Promise.race([app.fetch(new Request(url, init)), abortOf(init.signal)]),
    async restart() {
      const before = control;
      control = plane.reopen();
      app = appOf(control);
      await before.close();
      await control.wakeAll();
    },
    close: () => plane.close(),
  };
}

/** Rejects when the caller gives up. */
function abortOf(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(new TypeError("aborted"));
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
  });
}
