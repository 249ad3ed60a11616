/**
 * Gathers the frames of one event-loop turn and writes them to the socket at once. Upstream: NettyEncoder and the
 * channel's write buffer with its water marks.
 */
import type { Socket } from "node:net";

/** Buffers up to this size are copied together: cheaper than one iovec each. */
const SMALL = 8 * 1024;
/** Longest copy made that way, give or take one small buffer. */
const GATHERED = 256 * 1024;

export class FrameWriter {
  private readonly socket: Socket;
  private queue: Buffer[] = [];
  private queuedBytes = 0;
  private scheduled = false;
  private readonly flushed: () => void;

  /** `flushed` runs after each write to the socket. */
  constructor(socket: Socket, flushed: () => void) {
    this.socket = socket;
    this.flushed = flushed;
  }

  /** Bytes that the operating system has not taken yet. */
  get pendingBytes(): number {
    return this.queuedBytes + this.socket.writableLength;
  }

  /** Queues a frame; it goes out at the end of this event-loop turn. */
  write(frame: readonly Buffer[]): void {
    for (const buffer of frame) {
      this.queue.push(buffer);
      this.queuedBytes += buffer.length;
    }
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.flush);
  }

  readonly flush = (): void => {
    this.scheduled = false;
    const { queue, socket } = this;
    if (queue.length === 0) return;
    this.queue = [];
    this.queuedBytes = 0;
    if (!socket.writable) return;
    if (queue.length === 1) socket.write(queue[0] as Buffer);
    else {
      socket.cork();
      writeGathered(socket, queue);
      socket.uncork();
    }
    this.flushed();
  };
}

function writeGathered(socket: Socket, queue: readonly Buffer[]): void {
  let from = 0;
  let length = 0;
  for (let i = 0; i <= queue.length; i++) {
    const size = queue[i]?.length ?? Infinity;
    if (size <= SMALL && length < GATHERED) {
      length += size;
      continue;
    }
    if (i - from === 1) socket.write(queue[from] as Buffer);
    else if (i > from) socket.write(Buffer.concat(queue.slice(from, i), length));
    const large = queue[i];
    if (large !== undefined) socket.write(large);
    from = i + 1;
    length = 0;
  }
}
