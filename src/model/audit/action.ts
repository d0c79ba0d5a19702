// What the audit log tells of: one row a deed.

/** Deed → what it means, for people. */
export const AUDIT_ACTIONS = {
  "organisation.create": "the organisation signed up, with its first admin token or its first owner",
  "organisation.delete":
    "the organisation is to be deleted: its relays and tokens are refused, and after some days nothing of it is left",
  "organisation.restore": "that the organisation is to be deleted was taken back",
  "backup.restore": "the organisation was restored from a backup; its epoch rose",
  "resources.change": "resources were put or deleted: one revision",
  "plan.approve": "a plan was approved",
  "plan.withdraw": "the approval of a plan was taken back",
  "guard.override": "a change was committed against a guard rail",
  "rollback.automatic": "a revision was taken back by a ChangeControl's rule",
  "rollback.refuse": "a revision should have been taken back by a rule, and could not be",
  "credential.refuse": "API tokens were refused; one entry speaks for many, by reason and hour",
  "session.open": "a member signed in; it says how, and how many wrong passwords came before",
  "token.create": "an API token was made",
  "token.revoke": "an API token was revoked",
  "invitation.create": "somebody was invited to be a member",
  "invitation.revoke": "an invitation was taken back",
  "member.add": "somebody accepted an invitation and became a member",
  "member.role": "a member was given another role",
  "member.remove": "a member was removed, or left",
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
