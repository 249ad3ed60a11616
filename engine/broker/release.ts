/**
 * What a broker of one upstream release does otherwise than one of another, as clients, tools and name servers see it:
 * one value per release, asked by the name of the fact. Upstream: the tags rocketmq-all-4.8.0 and rocketmq-all-5.3.3.
 */
import { PropertyName } from "../message/property-names.js";
import { notSendable, SystemTopic } from "../message/topic-names.js";
import {
  nameSet,
  ownConfig,
  type Release,
  type ReleaseConfig,
  type ReleaseName,
  releaseOf,
} from "../protocol/release.js";
import { ResponseCode } from "../protocol/response-codes.js";
import { PERM_READ, PERM_WRITE } from "./broker-context.js";
import { config48 } from "./config/keys-4-8.js";
import type { BrokerConfig } from "./config/keys.js";

export interface BrokerRelease extends Release {
  readonly config: ReleaseConfig<BrokerConfig>;

  /** Properties that a stored message has of the broker and never of its producer. */
  readonly ownProperties: ReadonlySet<string>;
  /** Are MSG_REGION and TRACE_ON stored with messages, and not only told in the answer? */
  readonly storesRegion: boolean;
  /** Does a message without a UNIQ_KEY get one, and is the key told, and stored, as the id of a transaction? */
  readonly makesUniqKeys: boolean;
  /** Do TIMER_DELIVER_MS and the like ask for a time? Else they are properties as any other. */
  readonly knowsTimers: boolean;

  /** Topics that are the system's on every broker, besides those named after it. */
  readonly systemTopics: ReadonlySet<string>;
  readonly unsendableTopics: ReadonlySet<string>;
  /** Are the topics of the broker's own work (open transactions, pop, members) there from the start? */
  readonly makesInnerTopics: boolean;
  /** Have topics attributes? */
  readonly knowsAttributes: boolean;
  /** May tools say whether a topic is ordered? Else the name server's configuration alone does. */
  readonly takesOrderFromTools: boolean;

  /** Code of names and numbers that cannot be. */
  readonly wrongParameter: number;
  readonly pageCacheBusy: number;
  /** The limits that the refusal of a message names. */
  readonly illegalMessageLimits: (maxMessageSize: number) => string;
  /** The answer to a batch that is longer than a message may be; undefined is that of a message. */
  readonly batchTooLong: { readonly code: number; readonly remark: string } | undefined;

  /** Permission of a new topic of dead letters. */
  readonly deadLetterPerm: number;
  /** Is a dead letter stored at once? Else it waits out the level of its last retry. */
  readonly deadLettersAreDue: boolean;
  /** Is a retry that a client sends by itself dead when it reaches the limit, or only beyond it? */
  readonly lastRetryIsDead: boolean;
  /** Is the retry of an orderly group dead at once? */
  readonly orderlyRetriesAreDead: boolean;

  /** Are offsets of groups and topics that do not exist refused? */
  readonly checksCommits: boolean;
  /** Is a pull from beyond the end sent to the first message of a queue that still has it, and not to the end? */
  readonly overshootGoesToStart: boolean;
  /** Code of a reset in a topic that is not there, where clients are told of it. */
  readonly noTopicToReset: number;
  /** Which offset belongs to a time: the first message stored then or later, or the one stored nearest to it. */
  readonly timeSearch: "later" | "nearest";
  /** Do the figures of a topic name queues that are only there to be read? */
  readonly showsReadQueues: boolean;
  /** Is a name of the runtime information told? */
  readonly tellsRuntime: (name: string) => boolean;
  /** How long the log must be for the time of its first message to be found. */
  readonly bytesBeforeEarliestTime: (maxMessageSize: number) => number;
  /** Is getTransferredTps told under its name of 4.x? Tools before 5.0 are told so anyway. */
  readonly spellsTransfered: boolean;
  /** Are clients told what a broker of 5.x can do, in answers to heartbeats and pulls? */
  readonly tellsAbilities: boolean;
  /** Are requests about the accounts of plain_acl.yml known even when nothing is checked? */
  readonly knowsPlainAcl: boolean;
}

const { CHECKPOINT, WHEEL_TIMER } = SystemTopic;

/** Names of the runtime information that came later. */
const runtimeSince48 =
  /^(brokerActive|getTransferredTps|litePull|ack|timer|putLatency|putMessageFailedTimes|commitLogDiskRatio_)/;

const asOf533 = {
  ...releaseOf("5.3.3"),
  config: ownConfig,
  ownProperties: new Set<string>([
    PropertyName.MSG_REGION,
    PropertyName.TRACE_ON,
    PropertyName.CLUSTER,
    PropertyName.POP_CK,
  ]),
  storesRegion: true,
  makesUniqKeys: true,
  knowsTimers: true,
  systemTopics: new Set(Object.values(SystemTopic)),
  unsendableTopics: notSendable,
  makesInnerTopics: true,
  knowsAttributes: true,
  takesOrderFromTools: true,
  wrongParameter: ResponseCode.INVALID_PARAMETER,
  pageCacheBusy: ResponseCode.SYSTEM_BUSY,
  illegalMessageLimits: (maxMessageSize) =>
    `msg body length limit ${maxMessageSize}B, msg properties length limit 32KB.`,
  // The batch encoder throws, so that the size of a batch is not answered like that of a message.
  batchTooLong: {
    code: ResponseCode.SYSTEM_ERROR,
    remark: "java.lang.RuntimeException: message size exceeded",
  },
  deadLetterPerm: PERM_READ | PERM_WRITE,
  deadLettersAreDue: true,
  lastRetryIsDead: false,
  orderlyRetriesAreDead: true,
  checksCommits: true,
  overshootGoesToStart: false,
  noTopicToReset: ResponseCode.TOPIC_NOT_EXIST,
  timeSearch: "later",
  showsReadQueues: true,
  tellsRuntime: () => true,
  bytesBeforeEarliestTime: () => 0,
  spellsTransfered: false,
  tellsAbilities: true,
  knowsPlainAcl: false,
} satisfies BrokerRelease as BrokerRelease;

const releases: Readonly<Record<ReleaseName, BrokerRelease>> = {
  "5.3.3": asOf533,
  "4.8.0": {
    ...asOf533,
    ...releaseOf("4.8.0"),
    config: config48,
    ownProperties: nameSet(PropertyName.CLUSTER),
    storesRegion: false,
    makesUniqKeys: false,
    knowsTimers: false,
    systemTopics: new Set(
      Object.values(SystemTopic).filter((topic) => topic !== CHECKPOINT && topic !== WHEEL_TIMER),
    ),
    unsendableTopics: nameSet(SystemTopic.SCHEDULE),
    makesInnerTopics: false,
    knowsAttributes: false,
    takesOrderFromTools: false,
    wrongParameter: ResponseCode.SYSTEM_ERROR,
    pageCacheBusy: ResponseCode.SYSTEM_ERROR,
    illegalMessageLimits: () => "msg body length limit 128k, msg properties length limit 32k.",
    batchTooLong: undefined,
    deadLetterPerm: PERM_WRITE,
    deadLettersAreDue: false,
    lastRetryIsDead: true,
    orderlyRetriesAreDead: false,
    checksCommits: false,
    overshootGoesToStart: true,
    noTopicToReset: ResponseCode.SYSTEM_ERROR,
    timeSearch: "nearest",
    showsReadQueues: false,
    tellsRuntime: (name) => !runtimeSince48.test(name),
    bytesBeforeEarliestTime: (maxMessageSize) => 2 * maxMessageSize,
    spellsTransfered: true,
    tellsAbilities: false,
    knowsPlainAcl: true,
  },
};

/** The release that a configuration names; throws a usage error when there is none. */
export function brokerRelease(name: string | undefined): BrokerRelease {
  return releases[releaseOf(name).name];
}
