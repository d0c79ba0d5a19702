// report: rows that D1 says it writes when a relay reports a thousand ACKs of one change, once the tables are as full as they get.
import { openMetered } from "../../test/control/metered.ts";

const PROXIES = 1000;
const PATH = "/v1/zone/report";
/** More changes than delivery rows are kept, so that the rows forgotten are counted too. */
const CHANGES = 70;
/** The same of revisions. */
const REVISIONS = 220;
const MEASURED = 10;

const TAKEN = {
  count: PROXIES,
  max: 200,
  buckets: Array.from({ length: 40 }, (_, index) => [index + 20, PROXIES / 40]),
};

/** One record: of a change that is no revision, and of one that is. */
export async function run(): Promise<Record<string, unknown>[]> {
  const metered = await openMetered("d1");
  const { prove, meter } = metered;
  try {
    const { sequence, epoch } = await metered.org.store.heads();
    const most = async (changes: number, bodyOf: (change: number) => object): Promise<number> => {
      const written: number[] = [];
      for (let change = 1; change <= changes; change++) {
        const body = JSON.stringify({ events: [], ...bodyOf(change) });
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
      return Math.max(...written.slice(-MEASURED));
    };
    const counts = { epoch, acked: PROXIES, nacked: 0, pending: 0, laggards: [] };
    const step = await most(CHANGES, (change) => ({ delivery: { ...counts, sequence: sequence + change } }));
    const revision = await most(REVISIONS, (change) => ({
      delivery: { ...counts, sequence: sequence + CHANGES + change },
      revisions: [
        {
          ...counts,
          ...{ revision: change, sequence: sequence + CHANGES + change, answeredAt: 1, absent: 0, untouched: 0 },
          ...{ pushed: TAKEN, taken: TAKEN },
        },
      ],
    }));
    const reference = { rows_written: 2 };
    return [
      { measure: "report", rows_written: step, of_revision: revision, acks: PROXIES, reference, ratio: step / 2 },
    ];
  } finally {
    await metered.close();
  }
}
