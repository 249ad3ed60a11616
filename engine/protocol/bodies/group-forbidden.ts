import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, text } from "../shape.js";

/** Whether a group may read a topic. Upstream: GroupForbidden. */
export interface GroupForbidden {
  group: string;
  readable: boolean;
  topic: string;
}

export const groupForbidden: JsonBody<GroupForbidden> = jsonBody(
  "GroupForbidden",
  bean<GroupForbidden>({ group: text, readable: flag, topic: text }),
);
