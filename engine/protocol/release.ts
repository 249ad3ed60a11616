/**
 * Which upstream release a server appears as: what name servers and brokers have in common of it. Upstream: the tags
 * rocketmq-all-4.8.0 and rocketmq-all-5.3.3.
 */
import { RocketmqError } from "../base/errors.js";
import type { RequestDefinition } from "./define-request.js";
import { Version } from "./versions.js";

/** The first is the default. */
export const RELEASE_NAMES = ["5.3.3", "4.8.0"] as const;

export type ReleaseName = (typeof RELEASE_NAMES)[number];

/** The key of broker.conf and of a name server's configuration that names the release. No tool is shown it. */
export const RELEASE_KEY = "rocketmqVersion";

/** How the configuration that a release shows differs from the table of keys of this engine. */
export interface ReleaseConfig<Values> {
  /** Is the key shown when nobody set it? */
  readonly shows: (name: string) => boolean;
  readonly defaults: Readonly<Partial<Values>>;
  /** Names under which keys of the table are shown. */
  readonly spellings: Readonly<Record<string, string>>;
  /** Keys that only this release has, and their defaults: kept and shown without effect. */
  readonly added: Readonly<Record<string, string>>;
}

export interface Release {
  readonly name: ReleaseName;
  /** Ordinal told in every frame. Upstream: MQVersion.CURRENT_VERSION. */
  readonly version: number;
  /** Is the request known? One that is not is answered with code 3, whatever else this engine can do. */
  readonly knows: (request: Pick<RequestDefinition<never, never>, "since">) => boolean;
  /** Are clients told to go away (code 1500) when the server stops? */
  readonly saysGoAway: boolean;
  /** What stands behind refusals that a user can do something about. Upstream: FAQUrl.suggestTodo. */
  readonly faq: string;
}

const releases: Readonly<Record<ReleaseName, Release>> = {
  "5.3.3": {
    name: "5.3.3",
    version: Version.V5_3_3,
    knows: () => true,
    saysGoAway: true,
    faq: "\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.",
  },
  "4.8.0": {
    name: "4.8.0",
    version: Version.V4_8_0,
    knows: ({ since }) => since === undefined,
    saysGoAway: false,
    faq: "\nSee http://rocketmq.apache.org/docs/faq/ for further details.",
  },
};

/** The release of a name; throws a usage error when there is none. */
export function releaseOf(name: string | undefined): Release {
  const wanted = name?.trim() ?? RELEASE_NAMES[0];
  const known = RELEASE_NAMES.find((one) => one === wanted);
  if (known !== undefined) return releases[known];
  throw new RocketmqError(
    `${RELEASE_KEY}: ${JSON.stringify(wanted)} is none of ${RELEASE_NAMES.join(", ")}`,
    { kind: "usage" },
  );
}

/** The configuration of the release that this engine's table of keys describes. */
export const ownConfig: ReleaseConfig<object> = {
  shows: () => true,
  defaults: {},
  spellings: {},
  added: {},
};

/** A list of names, separated by white space, as a set. */
export function nameSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
