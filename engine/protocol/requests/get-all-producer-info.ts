import { producerTableInfo } from "../bodies/client-connections.js";
import { defineRequest } from "../define-request.js";

/** Clients of all producer groups. Upstream: GetAllProducerInfoRequestHeader. */
export const getAllProducerInfo = defineRequest({
  code: 328,
  name: "GET_ALL_PRODUCER_INFO",
  servedBy: "broker",
  since: "4.9.0",
  responseBody: producerTableInfo,
});
