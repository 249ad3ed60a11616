import { defineCommand } from "../../../src/cli/define-command.js";
import { address, list } from "../../../src/cli/options.js";
import { type AclInfo, aclsOn, copyAclTo } from "../../../src/admin/access-rules.js";
import { onEach } from "../../../src/admin/change.js";

export default defineCommand({
  name: "copyAcl",
  summary: "Copy acl to cluster.",
  since: "5.3.0",
  impact: "write",
  options: {
    fromBroker: address("-f, --fromBroker <address>", "the source broker that the acls copy from")
      .required()
      .completes("broker"),
    toBroker: address("-t, --toBroker <address>", "the target broker that the acls copy to")
      .required()
      .completes("broker"),
    subjects: list("-s, --subjects <subjects>", "the subject list of acl to copy."),
  },
  examples: [
    {
      line: "mqadmin copyAcl -f 10.0.0.11:10911 -t 10.0.0.12:10911 -s User:alice",
      says: "the user has to be there; all rules without -s",
    },
  ],
  run: async ({ admin, fail }, { fromBroker: from, toBroker: to, subjects = [] }) => {
    const acls: (AclInfo | string)[] =
      subjects.length > 0 ? subjects : await aclsOn(admin, from, {});
    const copied = await onEach(acls, (acl) => copyAclTo(admin, acl, { from, to }), {
      nameOf: (acl) => (typeof acl === "string" ? acl : String(acl.subject)),
      fail,
      width: 1,
    });
    // a user without rules has none to copy
    return copied.flatMap((subject) => (subject === undefined ? [] : [{ subject, from, to }]));
  },
  columns: [
    { header: "#Subject", key: "subject" },
    { header: "#From", key: "from" },
    { header: "#To", key: "to" },
  ],
  async *plain(rows) {
    for await (const { subject, from, to } of rows)
      yield `copy acl of ${subject} from ${from} to ${to} success.\n`;
  },
});
