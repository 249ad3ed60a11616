import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, text } from "../shape.js";

/** Upstream: GroupList. */
export interface GroupList {
  groupList: string[];
}

export const groupList: JsonBody<GroupList> = jsonBody(
  "GroupList",
  bean<GroupList>({ groupList: list(text) }),
);
