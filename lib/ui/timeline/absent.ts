/** Whom a message of mine names who is not in its room, and so was not told. */
import type { ChatStore } from "../../client/store.ts";
import type { ChatMessage, User } from "../../protocol/model.ts";
import { callsIn, resolveName, spellingsOf } from "../../protocol/text/mentions.ts";

/** So many names are looked up. */
const MOST = 3;

export async function absentFrom(store: ChatStore, message: ChatMessage): Promise<User[]> {
  const told = new Set(message.mentions?.map(({ username }) => username));
  const names = callsIn(message.content)?.names ?? [];
  const left = names.filter((name) =>
    resolveName(name, (one) => told.has(one) || one === message.username ? one : null) === null
  );
  const found = await Promise.all(left.slice(0, MOST).map((name) => lookUp(store, name)));
  return found.flatMap((user) => user ?? []);
}

/** "@ada." is Ada, unless somebody's name ends with a point. */
async function lookUp(store: ChatStore, name: string): Promise<User | undefined> {
  for (const spelling of spellingsOf(name)) {
    const user = (await store.api.searchUsers(spelling)).find(({ username }) => username === spelling);
    if (user !== undefined) return user;
  }
  return undefined;
}
