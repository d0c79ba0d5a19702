// Asking a connection for a sign of life.
import type { Http2Session } from "node:http2";

/**
 * Whether the other end answers a ping of HTTP/2 (RFC 9113 §6.7) within so many milliseconds. A connection whose other end is
 * gone without a word looks open until somebody asks.
 */
export function answersPing(session: Http2Session, milliseconds: number): Promise<boolean> {
  if (session.closed || session.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (isAlive: boolean): void => {
      clearTimeout(timer);
      session.off("close", closed);
      resolve(isAlive);
    };
    const closed = (): void => end(false);
    const timer = setTimeout(end, milliseconds, false).unref();
    session.once("close", closed);
    // False: so many pings wait for their answers already that it is as good as none.
    if (!session.ping((error) => end(error === null))) end(false);
  });
}
