// An enrolment token as it comes from a relay: found before a writer is asked, and without what enrolling needs.
import { refuseEnding } from "#control/ending/refused-organisation.ts";
import { Fault } from "#model/fault.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { Store } from "#store/store.ts";
import { checkCredential, parseCredential } from "#trust/credential.ts";
import type { JoinNote } from "./book.ts";

/**
 * The row of an enrolment token, once its secret is the one whose hash is stored there; the directory is asked first, so
 * that a made-up tenant costs one look. `refused` is told where the organisation is one. Fault `unauthenticated`, the same for
 * whatever is wrong.
 */
export async function findEnrolment(
  store: Pick<Store, "directory" | "within">,
  tenant: string,
  token: string,
  refused: (note: JoinNote) => Promise<void> = async () => {},
): Promise<CredentialRow & { readonly zone: string }> {
  const credential = parseCredential(token);
  const named = credential?.kind === "enrolment" && credential.tenant === tenant;
  const organisation = named ? await store.directory.findOrganisation({ id: tenant }) : null;
  const known = organisation !== null;
  const row = known && credential !== null ? await store.within(tenant).credential(credential.id) : null;
  if (
    credential !== null &&
    row?.kind === "enrolment" &&
    row.zone !== null &&
    (await checkCredential(credential, row.secretHash))
  ) {
    refuseEnding(organisation);
    return { ...row, zone: row.zone };
  }
  // Nothing of what a stranger sends is kept: a token that stands is named by its row, any other is "unknown".
  if (row?.kind === "enrolment") await refused({ zone: row.zone ?? "", subject: row.id, code: "token-damaged" });
  else if (known) await refused({ zone: "", subject: "", code: "token-unknown" });
  throw new Fault("unauthenticated", "The enrolment token is not known");
}
