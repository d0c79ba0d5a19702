// Rows of the route table. Members of an organisation, and invitations.
import * as members from "#api/member.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { bodyFaults, ORG, openTo } from "./base.ts";

const own = { auth: "api", tag: "Organisation" } as const;
const LINK = "/v1/invitations/{token}";

export const MEMBERS = {
  listMembers: { ...own, method: "get", path: `${ORG}/v1/members`, verb: "read-members" },
  changeMember: {
    ...own,
    method: "patch",
    path: `${ORG}/v1/members/{user}`,
    verb: "manage-members",
    fresh: true,
    limit: 4096,
  },
  removeMember: {
    ...own,
    method: "delete",
    path: `${ORG}/v1/members/{user}`,
    // Oneself may leave without a scope.
    verb: null,
  },
  listInvitations: { ...own, method: "get", path: `${ORG}/v1/invitations`, verb: "read-members" },
  createInvitation: {
    ...own,
    method: "post",
    path: `${ORG}/v1/invitations`,
    verb: "manage-members",
    fresh: true,
    limit: 4096,
  },
  revokeInvitation: {
    ...own,
    method: "delete",
    path: `${ORG}/v1/invitations/{id}`,
    verb: "manage-members",
  },
  readInvitation: { ...openTo, method: "get", path: LINK },
  acceptInvitation: { method: "post", path: `${LINK}/accept`, auth: "person", verb: null },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellMembers() {
  return {
    listMembers: {
      summary: "Members, with their roles and what these allow",
      query: pageQuery,
      answer: pageOf(members.member),
      statuses: [200],
      faults: ["malformed"],
    },
    changeMember: {
      summary: "Give a member another role; an owner's is an owner's to give and take",
      body: members.memberChange,
      answer: null,
      statuses: [204],
      faults: [...bodyFaults, "invalid", "absent", "conflict", "unproved"],
    },
    removeMember: {
      summary: "Remove a member, or leave; the last owner stays",
      answer: null,
      statuses: [204],
      faults: ["absent", "conflict"],
    },
    listInvitations: {
      summary: "Invitations that nobody has accepted",
      query: pageQuery,
      answer: pageOf(members.invitation),
      statuses: [200],
      faults: ["malformed"],
    },
    createInvitation: {
      summary: "Invite by mail; the link is good for once, for 7 days, and for that address; an earlier one ends",
      body: members.newInvitation,
      answer: members.madeInvitation,
      statuses: [201],
      faults: [...bodyFaults, "invalid", "conflict", "unproved"],
    },
    revokeInvitation: {
      summary: "Take an invitation back",
      answer: null,
      statuses: [204],
      faults: ["absent"],
    },
    readInvitation: {
      tag: "Control plane",
      summary: "What an invitation's link offers",
      answer: members.offer,
      statuses: [200],
      faults: ["absent"],
    },
    acceptInvitation: {
      tag: "Control plane",
      summary: "Become a member, by the person whose verified address was invited",
      answer: members.acceptance,
      statuses: [200],
      faults: ["absent", "stale"],
    },
  } as const satisfies ToldOf<typeof MEMBERS>;
}
