// What the audit log tells of: one row a deed.

/** Deed → what it means, for people. */
export const AUDIT_ACTIONS = {
  "organisation.create": "the organisation signed up, with its first admin token",
  "resources.change": "resources were put or deleted: one revision",
  "plan.approve": "a plan was approved",
  "plan.withdraw": "the approval of a plan was taken back",
  "guard.override": "a change was committed against a guard rail",
  "token.create": "an API token was made",
  "token.revoke": "an API token was revoked",
  "enrolment-token.create": "a token that admits a relay was made",
  "dataplane-token.create": "a token with which proxies join was issued",
  "zone-token.create": "a token with which an ingress or egress joins was issued",
  "relay.enrol": "a relay was admitted to its zone",
  "relay.revoke": "a relay was revoked",
  "secret.reveal": "an answer held a private key",
  "webhook.create": "a webhook was made",
  "webhook.delete": "a webhook was deleted",
  "webhook.rotate": "a webhook was given a new secret",
  "webhook.replay": "events were sent to a webhook again",
  "audit.retention": "it was changed how long audit entries are kept",
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;
