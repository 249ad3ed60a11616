/**
 * Limits for readers of cold data, and how the commit log is read ahead. Upstream: ColdDataCgCtrService,
 * AdminBrokerProcessor.setCommitLogReadaheadMode. The limits are kept and shown as upstream does while
 * coldDataFlowControlEnable is off, which is its default; reading ahead is left to the operating system.
 */
import { parseInt64 } from "../../../base/int64.js";
import { parseProperties } from "../../../base/properties.js";
import { stringifyFastjson } from "../../../protocol/fastjson.js";
import { getColdDataFlowCtrInfo } from "../../../protocol/requests/get-cold-data-flow-ctr-info.js";
import { removeColdDataFlowCtrConfig } from "../../../protocol/requests/remove-cold-data-flow-ctr-config.js";
import { setCommitlogReadMode } from "../../../protocol/requests/set-commitlog-read-mode.js";
import { updateColdDataFlowCtrConfig } from "../../../protocol/requests/update-cold-data-flow-ctr-config.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

const MADV_NORMAL = 0;
const MADV_RANDOM = 1;

export function registerColdData(dispatcher: Dispatcher, { config, logger }: BrokerContext): void {
  /** Group → bytes per second. */
  const limits = new Map<string, number>();
  dispatcher.register(updateColdDataFlowCtrConfig, ({ body }) => {
    for (const [group, text] of parseProperties(body.toString())) {
      const limit = parseInt64(text);
      if (limit === undefined) logger.warn(`the cold data limit ${text} of ${group} is no number`);
      else limits.set(group, limit);
    }
    return {};
  });
  dispatcher.register(removeColdDataFlowCtrConfig, ({ body }) => {
    limits.delete(body.toString());
    return {};
  });
  dispatcher.register(getColdDataFlowCtrInfo, () => ({
    // in upstream's order, which tools print as it comes
    content: stringifyFastjson(
      new Map<string, unknown>([
        ["runtimeTable", new Map()],
        ["configTable", limits],
        ["cgColdReadThreshold", config.cgColdReadThreshold],
        ["globalColdReadThreshold", config.globalColdReadThreshold],
        ["globalAcc", 0],
      ]),
    ),
  }));
  dispatcher.register(setCommitlogReadMode, ({ header: { readAheadMode = "" } }) => {
    if (!/^[+-]?\d+$/.test(readAheadMode)) {
      return { code: ResponseCode.SYSTEM_ERROR, remark: "set commitlog readahead mode failed" };
    }
    const mode = Number(readAheadMode);
    if (mode !== MADV_NORMAL && mode !== MADV_RANDOM) {
      const remark = "set commitlog readahead mode param value error";
      return { code: ResponseCode.INVALID_PARAMETER, remark };
    }
    config.dataReadAheadEnable = mode === MADV_NORMAL;
    return { remark: `set commitlog readahead mode success, mode: ${mode}` };
  });
}
