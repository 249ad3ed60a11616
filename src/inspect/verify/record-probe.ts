import { closeSync } from "node:fs";
import { Magic } from "../../../engine/message/record-layout.js";
import { openUnder, type Overlay, readUnder } from "./overlay.js";
import { RecordCheck, Wrong } from "./record-check.js";
import type { Row } from "./stock.js";

const HEAD = 96;

/** Looks records up by physical offset. Never writes. */
export class RecordProbe {
  readonly check = new RecordCheck();
  bytes: Buffer = Buffer.allocUnsafeSlow(4 << 10);
  private view = new DataView(this.bytes.buffer);
  private readonly row: Row;
  private path = "";
  private fd = -1;

  private readonly overlay: Overlay | undefined;

  constructor(row: Row, overlay?: Overlay) {
    this.row = row;
    this.overlay = overlay;
  }

  /** Is there a record with parts that add up and the right own offset? Its fields are in `check` then. */
  find(physical: number): boolean {
    const file = this.row.files.find(
      ({ start, size }) => physical >= start && physical < start + size,
    );
    if (file === undefined) return false;
    this.open(file.path);
    const position = physical - file.start;
    const left = file.size - position;
    if (left < HEAD || !this.read(position, HEAD)) return false;
    const total = this.check.plausibleSize(this.view, 0, left);
    if (total === 0 || !this.read(position, total)) return false;
    const wrong = this.check.check(this.view, 0, physical);
    return wrong === Wrong.NOTHING;
  }

  get topic(): string {
    const { topicAt, topicLength } = this.check;
    return this.bytes.toString("utf8", topicAt, topicAt + topicLength);
  }

  get properties(): string {
    return this.bytes.toString("utf8", this.check.propertiesAt, this.check.end);
  }

  get isWide(): boolean {
    return this.bytes.readInt32BE(4) === Magic.V2;
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
    this.path = "";
  }

  private open(path: string): void {
    if (path === this.path) return;
    this.close();
    this.fd = openUnder(this.overlay, path);
    this.path = path;
  }

  private read(position: number, length: number): boolean {
    if (length > this.bytes.length) {
      this.bytes = Buffer.allocUnsafeSlow(length);
      this.view = new DataView(this.bytes.buffer);
    }
    const { fd, path, bytes: into } = this;
    return readUnder(this.overlay, { fd, path, into, length, position }) === length;
  }
}
