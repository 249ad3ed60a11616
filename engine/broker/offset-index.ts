/** Which topics each group has offsets of, and which groups each topic: ConsumerOffsetManager looks through all keys for that. */
export class OffsetIndex {
  private readonly topics = new Map<string, Set<string>>();
  private readonly groups = new Map<string, Set<string>>();

  /** `topic@group` */
  add(key: string): void {
    const { topic, group } = pairOf(key);
    put(this.topics, group, topic);
    put(this.groups, topic, group);
  }

  delete(key: string): void {
    const { topic, group } = pairOf(key);
    take(this.topics, group, topic);
    take(this.groups, topic, group);
  }

  clear(): void {
    this.topics.clear();
    this.groups.clear();
  }

  topicsOfGroup(group: string): readonly string[] {
    return [...(this.topics.get(group) ?? [])];
  }

  groupsOfTopic(topic: string): readonly string[] {
    return [...(this.groups.get(topic) ?? [])];
  }

  /** Topics by group. */
  all(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.topics;
  }
}

export function pairOf(key: string): { topic: string; group: string } {
  const at = key.indexOf("@");
  return { topic: key.slice(0, at), group: key.slice(at + 1) };
}

function put(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([member]));
  else set.add(member);
}

function take(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key);
  set?.delete(member);
  if (set?.size === 0) sets.delete(key);
}
