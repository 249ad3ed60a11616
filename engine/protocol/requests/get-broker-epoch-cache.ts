import { epochEntryCache } from "../bodies/controller-bodies.js";
import { defineRequest } from "../define-request.js";

/** Epochs of the commit log of a broker. Upstream: EpochEntryCache. */
export const getBrokerEpochCache = defineRequest({
  code: 1007,
  name: "GET_BROKER_EPOCH_CACHE",
  servedBy: "broker",
  since: "5.0.0",
  responseBody: epochEntryCache,
});
