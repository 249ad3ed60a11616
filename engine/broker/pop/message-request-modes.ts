/** How each group fetches each topic: messageRequestMode.json. Upstream: MessageRequestModeManager. */
import {
  type MessageRequestModeWrapper,
  messageRequestModeWrapper,
  type SetMessageRequestModeBody,
} from "../../protocol/bodies/message-request-mode.js";
import { prettyFastjson } from "../../protocol/fastjson.js";
import { decodeShape } from "../../protocol/json-body.js";
import type { JsonConfigFile } from "../json-config-file.js";

export class MessageRequestModes {
  private readonly file: JsonConfigFile;
  private modes: MessageRequestModeWrapper["messageRequestModeMap"] = new Map();

  constructor(file: JsonConfigFile) {
    this.file = file;
  }

  /** Throws CorruptError when neither file nor backup decodes. */
  load(): void {
    this.file.load((text) => {
      const { shape } = messageRequestModeWrapper;
      this.modes = decodeShape("messageRequestMode.json", shape, text).messageRequestModeMap;
    });
  }

  get(topic: string, group: string): SetMessageRequestModeBody | undefined {
    return this.modes.get(topic)?.get(group);
  }

  /** Stores and writes the file. */
  set(mode: SetMessageRequestModeBody): void {
    const before = this.modes;
    const groups = new Map(before.get(mode.topic)).set(mode.consumerGroup, mode);
    this.modes = new Map(before).set(mode.topic, groups);
    try {
      this.file.save(this.text());
    } catch (error) {
      this.modes = before;
      throw error;
    }
  }

  saved(): Promise<void> | undefined {
    return this.file.saved(() => this.text());
  }

  private text(): string {
    return prettyFastjson(messageRequestModeWrapper.shape.write(this.all()));
  }

  all(): MessageRequestModeWrapper {
    return { messageRequestModeMap: this.modes };
  }
}
