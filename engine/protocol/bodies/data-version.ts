import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, long } from "../shape.js";

/** Version of a table that is kept in step between servers. Upstream: DataVersion. */
export interface DataVersion {
  counter: number;
  /** Since 5.0; 0 with older ones. */
  stateVersion: number;
  /** Milliseconds. */
  timestamp: number;
}

export const dataVersion: JsonBody<DataVersion> = jsonBody(
  "DataVersion",
  bean<DataVersion>({ counter: long, stateVersion: long, timestamp: long }),
);
