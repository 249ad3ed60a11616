/**
 * Which queues of a topic a consumer takes. Upstream: AllocateMessageQueueStrategy and its implementations. Every
 * member of a group computes the same answer for itself, so order of queues and of client ids is part of the contract.
 */
import { createHash } from "node:crypto";
import { compareText, type MessageQueue } from "./message-queue.js";

export interface Allocation {
  group: string;
  clientId: string;
  /** Sorted by topic, broker name, queue id. */
  queues: readonly MessageQueue[];
  /** Sorted by UTF-16 code units. */
  clientIds: readonly string[];
}

export interface AllocateStrategy {
  /** Upstream's getName(): all members of a group must agree on it. */
  readonly name: string;
  allocate(allocation: Allocation): MessageQueue[];
}

/** Contiguous shares, the first ones larger by one when it does not come out even. */
export const averagely: AllocateStrategy = {
  name: "AVG",
  allocate({ clientId, queues, clientIds }) {
    const index = clientIds.indexOf(clientId);
    if (index < 0) return [];
    const count = queues.length;
    const members = clientIds.length;
    const rest = count % members;
    const takesOneMore = rest > 0 && index < rest;
    const share =
      count <= members
        ? 1
        : takesOneMore
          ? Math.floor(count / members) + 1
          : Math.floor(count / members);
    const start = takesOneMore ? index * share : index * share + rest;
    return queues.slice(start, start + Math.max(0, Math.min(share, count - start)));
  },
};

/** Every n-th queue. */
export const averagelyByCircle: AllocateStrategy = {
  name: "AVG_BY_CIRCLE",
  allocate({ clientId, queues, clientIds }) {
    const index = clientIds.indexOf(clientId);
    if (index < 0) return [];
    return queues.filter((_, i) => i % clientIds.length === index);
  },
};

/** Exactly the queues given. */
export function byConfig(queues: readonly MessageQueue[]): AllocateStrategy {
  return { name: "CONFIG", allocate: () => [...queues] };
}

/** Queues of brokers named `room@name`, shared evenly among all members; only the rooms given are consumed. */
export function byMachineRoom(rooms: ReadonlySet<string>): AllocateStrategy {
  return {
    name: "MACHINE_ROOM",
    allocate({ clientId, queues, clientIds }) {
      const index = clientIds.indexOf(clientId);
      if (index < 0) return [];
      const near = queues.filter(({ brokerName }) => {
        const parts = brokerName.split("@");
        return parts.length === 2 && rooms.has(parts[0] ?? "");
      });
      const share = Math.floor(near.length / clientIds.length);
      const rest = near.length % clientIds.length;
      const mine = near.slice(index * share, (index + 1) * share);
      const extra = rest > index ? near[index + share * clientIds.length] : undefined;
      return extra === undefined ? mine : [...mine, extra];
    },
  };
}

export interface Rooms {
  roomOfQueue: (queue: MessageQueue) => string;
  roomOfClient: (clientId: string) => string;
}

/** Queues are shared among the members of their own room, those of rooms without members among all. */
export function byMachineRoomNearby(inner: AllocateStrategy, rooms: Rooms): AllocateStrategy {
  return {
    name: `MACHINE_ROOM_NEARBY-${inner.name}`,
    allocate({ group, clientId, queues, clientIds }) {
      const living = new Set(clientIds.map(rooms.roomOfClient));
      const ownRoom = rooms.roomOfClient(clientId);
      const neighbours = clientIds.filter((one) => rooms.roomOfClient(one) === ownRoom);
      const share = (room: string, members: readonly string[]): MessageQueue[] =>
        inner.allocate({
          group,
          clientId,
          queues: queues.filter((queue) => rooms.roomOfQueue(queue) === room),
          clientIds: members,
        });
      const deserted = new Set(queues.map(rooms.roomOfQueue).filter((room) => !living.has(room)));
      return [
        ...share(ownRoom, neighbours),
        ...[...deserted].sort(compareText).flatMap((room) => share(room, clientIds)),
      ];
    },
  };
}

/** A hash ring of the members with 10 virtual nodes each; few queues move when a member comes or goes. */
export function byConsistentHash(virtualNodes = 10): AllocateStrategy {
  return {
    name: "CONSISTENT_HASH",
    allocate({ clientId, queues, clientIds }) {
      if (!clientIds.includes(clientId)) return [];
      const ring = clientIds
        .flatMap((id) =>
          Array.from({ length: virtualNodes }, (_, i) => ({ id, hash: ringHash(`${id}-${i}`) })),
        )
        .sort((a, b) => a.hash - b.hash);
      return queues.filter((queue) => {
        const hash = ringHash(queueText(queue));
        return (ring.find((node) => node.hash >= hash) ?? ring[0])?.id === clientId;
      });
    },
  };
}

/** First four bytes of the MD5, as ConsistentHashRouter.MD5Hash takes them. */
function ringHash(text: string): number {
  return createHash("md5").update(text, "utf8").digest().readUInt32BE(0);
}

/** MessageQueue.toString of upstream, which is what the ring hashes. */
function queueText({ topic, brokerName, queueId }: MessageQueue): string {
  return `MessageQueue [topic=${topic}, brokerName=${brokerName}, queueId=${queueId}]`;
}
