// Why an attempt to enrol was refused: the closed set, what each means, and what to do about it.

export const JOIN_CODES = {
  "token-unknown": {
    reason: "no enrolment token of this organisation has that id",
    fix: "make a new enrolment token and start the relay with it",
  },
  "token-damaged": {
    reason: "the text of the enrolment token is not the one that was shown",
    fix: "copy the whole text of the token, or make a new one",
  },
  "token-used": {
    reason: "the enrolment token has admitted another relay",
    fix: "each token admits one relay: make a new one; a relay that was admitted starts again from its state folder",
  },
  "token-expired": {
    reason: "the enrolment token has expired",
    fix: "make a new one, and use it within its time",
  },
  "token-revoked": {
    reason: "the enrolment token has been revoked",
    fix: "make a new one",
  },
  "token-elsewhere": {
    reason: "the enrolment token is another organisation's",
    fix: "use the whole command as it is shown here: its token and its organisation belong together",
  },
  "zone-elsewhere": {
    reason: "the enrolment token is for another zone",
    fix: "use the whole command as it is shown for this zone: its token and its zone belong together",
  },
  "zone-absent": {
    reason: "the zone that the enrolment token is for has been deleted",
    fix: "create the zone again, and make a new token for it",
  },
  "relay-revoked": {
    reason: "the relay that the enrolment token admitted has been revoked",
    fix: "make a new enrolment token, and start the relay with an empty state folder",
  },
} as const;

export type JoinCode = keyof typeof JOIN_CODES;

/** No refusal: a relay has told of a request for the first time. */
export const FIRST_REQUEST = "first-request";

/** No refusals either: what a relay has told of calls (ReportedCall), each of the mesh, proxy and destination in its subject. */
export const CALL_CODES = {
  "call-sent": "sent",
  "call-failed": "failed",
  "call-received": "received",
  "call-broken": "broken",
} as const;

export type CallCode = keyof typeof CALL_CODES;
