import type { CommandCases } from "../../../support/command-cases.js";

const NO_CONTROLLER = { never: "it wants a controller, which the cluster does not have" };

export const controllerCases: CommandCases = {
  getControllerMetaData: {
    success: NO_CONTROLLER,
    notFound: { never: "it names nothing" },
    refused: "getControllerMetaData -a {broker}",
    badValue: "getControllerMetaData -a nowhere",
  },
  getControllerConfig: {
    success: NO_CONTROLLER,
    notFound: { never: "it names nothing" },
    refused: "getControllerConfig -a {broker}",
    badValue: "getControllerConfig -a '{broker};nowhere'",
  },
  updateControllerConfig: {
    success: NO_CONTROLLER,
    notFound: NO_CONTROLLER,
    refused: "updateControllerConfig -a {broker} -k enableElectUncleanMaster -v true",
    badValue: "updateControllerConfig -a ';' -k enableElectUncleanMaster -v true",
  },
  electMaster: {
    success: NO_CONTROLLER,
    notFound: NO_CONTROLLER,
    refused: "electMaster -a {broker} -b 2 -bn {brokerName} -c {cluster}",
    badValue: "electMaster -a {broker} -b second -bn {brokerName} -c {cluster}",
  },
  cleanBrokerMetadata: {
    success: NO_CONTROLLER,
    notFound: NO_CONTROLLER,
    refused: "cleanBrokerMetadata -a {broker} -bn {brokerName} -c {cluster}",
    badValue: "cleanBrokerMetadata -a {broker} -b '2;third' -bn {brokerName} -c {cluster}",
  },
};
