/** The accounts of plain_acl.yml are shown and changed. Upstream: AdminBrokerProcessor of 4.9 and 5.2. */
import type { PlainAccess } from "../../../acl/plain-access.js";
import type { FileVersion } from "../../../acl/plain-file.js";
import { messageOf } from "../../../base/errors.js";
import { deleteAclConfig } from "../../../protocol/requests/delete-acl-config.js";
import { getBrokerClusterAclConfig } from "../../../protocol/requests/get-broker-cluster-acl-config.js";
import { getBrokerClusterAclInfo } from "../../../protocol/requests/get-broker-cluster-acl-info.js";
import { updateAndCreateAclConfig } from "../../../protocol/requests/update-and-create-acl-config.js";
import { updateGlobalWhiteAddrsConfig } from "../../../protocol/requests/update-global-white-addrs-config.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import type { PlainReply } from "./plain-reply.js";

// Codes of ResponseCode up to 5.2; later versions use the numbers for other things.
const UPDATE_AND_CREATE_ACL_CONFIG_FAILED = 209;
const DELETE_ACL_CONFIG_FAILED = 210;
const UPDATE_GLOBAL_WHITE_ADDRS_CONFIG_FAILED = 211;

export function registerPlainAcl(
  dispatcher: Dispatcher,
  context: BrokerContext,
  plain: PlainAccess,
): void {
  dispatcher.register(updateAndCreateAclConfig, ({ header }) =>
    refusedWith(UPDATE_AND_CREATE_ACL_CONFIG_FAILED, () =>
      plain.put({
        ...header,
        admin: header.admin ?? false,
        topicPerms: listOf(header.topicPerms),
        groupPerms: listOf(header.groupPerms),
      }),
    ),
  );
  dispatcher.register(deleteAclConfig, ({ header: { accessKey } }) => {
    if (plain.delete(accessKey)) return {};
    return {
      code: DELETE_ACL_CONFIG_FAILED,
      remark: `The accesskey[${accessKey}] corresponding to accessConfig has been deleted failed.`,
    };
  });
  dispatcher.register(updateGlobalWhiteAddrsConfig, ({ header }) =>
    refusedWith(UPDATE_GLOBAL_WHITE_ADDRS_CONFIG_FAILED, () =>
      plain.setGlobalWhiteAddresses(
        listOf(header.globalWhiteAddrs),
        header.aclFileFullPath === "" ? undefined : header.aclFileFullPath,
      ),
    ),
  );
  dispatcher.register(getBrokerClusterAclInfo, () => {
    const versions = [...plain.versions()].map(([path, version]) => [path, dataVersionOf(version)]);
    const { brokerName, brokerClusterName } = context.config;
    return {
      header: {
        version: JSON.stringify(versions[0]?.[1]),
        allAclFileVersion: JSON.stringify(Object.fromEntries(versions)),
        brokerName,
        brokerAddr: context.brokerAddress,
        clusterName: brokerClusterName,
      },
    };
  });
  dispatcher.register(getBrokerClusterAclConfig, () => ({ content: plain.config() }));
}

/** The answers of a broker that knows these requests and checks nothing. 4.8.0 names a null, or does not answer. */
export function registerWithoutPlainAcl(dispatcher: Dispatcher): void {
  const refused = (code: number) => () => ({ code, remark: "aclEnable is false on this broker" });
  dispatcher.register(updateAndCreateAclConfig, refused(UPDATE_AND_CREATE_ACL_CONFIG_FAILED));
  dispatcher.register(deleteAclConfig, refused(DELETE_ACL_CONFIG_FAILED));
  dispatcher.register(
    updateGlobalWhiteAddrsConfig,
    refused(UPDATE_GLOBAL_WHITE_ADDRS_CONFIG_FAILED),
  );
  dispatcher.register(getBrokerClusterAclInfo, refused(ResponseCode.SYSTEM_ERROR));
  dispatcher.register(getBrokerClusterAclConfig, refused(ResponseCode.SYSTEM_ERROR));
}

function refusedWith(code: number, change: () => void): PlainReply {
  try {
    change();
    return {};
  } catch (error) {
    return { code, remark: messageOf(error) };
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function dataVersionOf({ counter, timestamp }: FileVersion) {
  return { counter, stateVersion: 0, timestamp };
}
