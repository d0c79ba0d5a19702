// report: rows that D1 says it writes when a relay reports a thousand ACKs of one change, once the tables are as full as they get.
import { openMetered } from "../../test/control/metered.ts";

const PROXIES = 1000;
const PATH = "/v1/zone/report";
/** More changes than delivery rows are kept, so that the rows forgotten are counted too. */
const CHANGES = 70;
const MEASURED = 10;

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const metered = await openMetered("d1");
  const { prove, meter } = metered;
  try {
    const { sequence, epoch } = await metered.org.store.heads();
    const written: number[] = [];
    for (let change = 1; change <= CHANGES; change++) {
      const delivery = { epoch, sequence: sequence + change, acked: PROXIES, nacked: 0, pending: 0, laggards: [] };
      const body = JSON.stringify({ events: [], delivery });
      const proved = await prove("POST", PATH, body);
      meter.written = 0;
      const answer = await fetch(metered.url + PATH, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...proved },
      });
      if (answer.status !== 200) throw new Error(`not taken: ${answer.status} ${await answer.text()}`);
      written.push(meter.written);
    }
    const most = Math.max(...written.slice(-MEASURED));
    return [{ measure: "report", rows_written: most, acks: PROXIES, reference: { rows_written: 2 }, ratio: most / 2 }];
  } finally {
    await metered.close();
  }
}
