// Enrolment: once in a relay's life it shows a one-use token, and from then on its keys speak for it.
import { join } from "node:path";
import type { ClientOptions } from "#api/caller.ts";
import { createClient } from "#api/client.ts";
import type { EnrolResponse, Meant } from "#api/zone.ts";
import { enrolResponse } from "#api/zone-shape.ts";
import { Fault } from "#model/fault.ts";
import type { Sealed } from "#model/sealed.ts";
import { readText, writeWhole } from "#relay/state/file.ts";
import type { RelayKeys } from "#relay/state/relay-keys.ts";

const ENROLMENT_PREFIX = "weft_enrolment_";

export interface EnrolOptions {
  readonly folder: string;
  readonly keys: RelayKeys;
  readonly url: string;
  readonly fetch: ClientOptions["fetch"];
  /** Needed for the first start only; the same token with the same keys gives the same answer. */
  readonly token: Sealed | undefined;
  /** What whoever starts it takes it to be for. */
  readonly meant?: Meant;
}

/**
 * The enrolment that lies in `enrolment.json`, or a new one. Fault `conflict` where that is of another zone than meant, `unauthenticated` where a token is needed and there is
 * none; the control plane's own faults; `unavailable` when it cannot be reached, and then a repeat does no harm.
 */
export async function enrol({ folder, keys, url, fetch, token, meant = {} }: EnrolOptions): Promise<EnrolResponse> {
  const path = join(folder, "enrolment.json");
  const text = await readText(path);
  const saved = read(text);
  if (saved !== null) return asMeant(saved, meant, folder);
  if (token === undefined) {
    const what = text === null ? `There is no enrolment in ${path}` : `The enrolment in ${path} is damaged`;
    const why = `${what}, and no enrolment token was given`;
    throw new Fault("unauthenticated", `${why}: create one with weft zone create, and pass it to the first start`);
  }
  if (!token.reveal().startsWith(ENROLMENT_PREFIX))
    throw new Fault("unauthenticated", "This is no enrolment token: use the one that weft zone create prints");
  const { signingKey, encryptionKey } = keys;
  // Without it a control plane of an earlier release takes it, too.
  const given = Object.keys(meant).length === 0 ? {} : { meant };
  const client = createClient({ url, fetch });
  const answer = await client.call("enrol", { body: { token: token.reveal(), signingKey, encryptionKey, ...given } });
  const checked = enrolResponse.safeParse(answer);
  if (!checked.success) throw new Fault("unavailable", `${url} does not answer as a Weft control plane does`);
  await writeWhole(path, JSON.stringify(checked.data));
  return checked.data as EnrolResponse;
}

/** A folder is one relay's for all its life: where another was meant, nothing is started. */
function asMeant(saved: EnrolResponse, meant: Meant, folder: string): EnrolResponse {
  const { organisation = saved.organisation, zone = saved.zone } = meant;
  if (organisation === saved.organisation && zone === saved.zone) return saved;
  const is = `zone ${saved.zone} of organisation ${saved.organisation}`;
  const detail = `The relay in ${folder} is one of ${is}, and was started for zone ${zone} of organisation ${organisation}`;
  throw new Fault("conflict", `${detail}: give the new relay a --state folder of its own, or leave these flags out`);
}

// A damaged enrolment is asked for again: the answer to the same keys is the same.
function read(text: string | null): EnrolResponse | null {
  if (text === null) return null;
  try {
    const checked = enrolResponse.safeParse(JSON.parse(text));
    return checked.success ? (checked.data as EnrolResponse) : null;
  } catch {
    return null;
  }
}
