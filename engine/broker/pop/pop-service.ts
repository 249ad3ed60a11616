/** What pop consumption keeps between requests. Upstream: the parts of PopMessageProcessor, QueryAssignmentProcessor. */
import type { Service } from "../../base/service.js";
import type { BrokerContext } from "../broker-context.js";
import type { JsonConfigFile } from "../json-config-file.js";
import { HeldPops } from "../long-polling/pop-holds.js";
import { ConsumerOrderInfo } from "./consumer-order-info.js";
import { MessageRequestModes } from "./message-request-modes.js";
import { normalTopic } from "./pop-names.js";
import { PopRevive } from "./revive.js";

export interface PopServiceOptions {
  context: BrokerContext;
  /** consumerOrderInfo.json. */
  orderFile: JsonConfigFile;
  /** messageRequestMode.json. */
  modeFile: JsonConfigFile;
}

export class PopService implements Service {
  readonly holds: HeldPops;
  /** Notifications wait on their own: one arrival wakes a pop and a notification. */
  readonly notifications: HeldPops;
  readonly orders: ConsumerOrderInfo;
  readonly modes: MessageRequestModes;
  private readonly revive: PopRevive;
  /** "topic@group@queueId" of queues whose pop is being written down → whether others came meanwhile. */
  private readonly locks = new Map<string, boolean>();

  constructor({ context, orderFile, modeFile }: PopServiceOptions) {
    const { clock, config, store, topics, groups } = context;
    this.holds = new HeldPops({ clock, store, config });
    this.notifications = new HeldPops({ clock, store, config });
    this.modes = new MessageRequestModes(modeFile);
    this.revive = new PopRevive(context);
    this.orders = new ConsumerOrderInfo({
      file: orderFile,
      clock,
      exists: ({ topic, group, queueId }) =>
        queueId < (topics.get(topic)?.readQueueNums ?? 0) && groups.has(group),
      released: (queue) => {
        if (config.enableNotifyAfterPopOrderLockRelease) this.notify(queue);
      },
    });
  }

  /** Reads its files; throws CorruptError. */
  load(): void {
    this.orders.load();
    this.modes.load();
  }

  /** Writes what changed since the last time. */
  persist(): void {
    this.orders.persist();
  }

  /** Reads what was open when the broker ended; before the first request is served. */
  recover(): void {
    this.revive.recover();
  }

  start(): void {
    this.holds.start();
    this.notifications.start();
    this.orders.start();
    this.revive.start();
  }

  /** Answers everybody who still waits. */
  async stop(): Promise<void> {
    this.revive.stop();
    this.orders.stop();
    this.holds.stop();
    this.notifications.stop();
    await new Promise((resolve) => setImmediate(resolve));
  }

  tryLock(key: string): boolean {
    const isFree = !this.locks.has(key);
    this.locks.set(key, !isFree);
    return isFree;
  }

  /** Returns whether others wanted the lock meanwhile. */
  unlock(key: string): boolean {
    const isWanted = this.locks.get(key) ?? false;
    this.locks.delete(key);
    return isWanted;
  }

  /** A queue may have something for pops of the group that wait for it, or for any. */
  notify({ topic, group, queueId }: { topic: string; group: string; queueId: number }): void {
    const asked = normalTopic(topic, group);
    for (const id of [-1, queueId]) {
      this.holds.notify(asked, group, id);
      this.notifications.notify(asked, group, id);
    }
  }
}
