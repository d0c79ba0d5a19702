// A held poll's ear: the organisation's own Durable Object rings it over a WebSocket, and sleeps while nothing is published.
import type { Listen } from "#control/bell/listen.ts";
import type { WriterOf } from "./writer-object.ts";

/**
 * Of any tenant; the relay has proved itself. Where the object gives no connection, or ends it, the listener is not sure, and
 * the row is looked at as where nobody rings.
 */
export function openDistantListen(writerOf: WriterOf): Listen {
  return ({ tenant, zone, relay }) => {
    let socket: WebSocket | null = null;
    let isSure = false;
    let isClosed = false;
    /** Something has come that the row may say more of. */
    let isRung = false;
    let finish = (): void => undefined;
    const ring = (): void => {
      isRung = true;
      finish();
    };
    const open = async (): Promise<void> => {
      const query = new URLSearchParams({ tenant, zone, relay });
      const { object } = await writerOf(tenant);
      const answer = await object.fetch(`https://writer/hold?${query}`, { headers: { upgrade: "websocket" } });
      socket = answer.webSocket;
      if (socket === null) return;
      const shut = (): void => {
        isSure = false;
        ring();
      };
      socket.addEventListener("message", ring);
      socket.addEventListener("close", shut);
      socket.addEventListener("error", shut);
      socket.accept();
      if (isClosed) return socket.close(1000);
      isSure = true;
      // What was published before it stood was rung to nobody: the row is looked at once more.
      ring();
    };
    // An object that is being replaced refuses; so does one that has too many connections.
    open().catch(() => undefined);
    return {
      async wait(_, milliseconds) {
        if (!isRung) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, milliseconds);
            finish = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
        isRung = false;
      },
      get isSure() {
        return isSure;
      },
      ended: false,
      close() {
        isClosed = true;
        isSure = false;
        socket?.close(1000);
      },
    };
  };
}
