import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Member, Room } from "../../protocol/model.ts";
import type { MemberPages } from "./member_pages.ts";
import { PeoplePane } from "./people_pane.tsx";
import { useChat } from "../page/context.ts";

/** The people of the open room, updated when somebody goes online or offline, joins or leaves. */
export function People({ room, initial }: { room: Room; initial: readonly Member[] }) {
  const chat = useChat();
  const state = chat.store.rooms.session(room.id)?.state;
  // The calls that read them are fetched once the server is heard. Until then the people from the page's data are
  // shown.
  const pages = useSignal<MemberPages | null>(null);
  const members = pages.value?.members.value ?? initial;
  const reload = async () => {
    const { MemberPages } = await chat.store.requests.chunk(() => import("./member_pages.ts"));
    pages.value ??= new MemberPages((after) => chat.store.api.listMembers(room.id, after), initial);
    await pages.value.reload();
  };
  const roles = useComputed(() =>
    chat.store.rooms.session(room.id)?.state.entries.value.reduce(
      (n, entry) => n + Number(entry.type === "role_changed" || entry.type === "member_muted"),
      0,
    ) ?? 0
  );
  // A join, a leave or a new role: the list is read again.
  useEffect(() => {
    // If it fails, the next connection tries again.
    if (chat.store.connectionState.value === "open") reload().catch(() => {});
  }, [room.id, room.members, room.role, roles.value, chat.store.connectionState.value]);

  const present = state?.people.present.value ?? [];
  const online = new Set(present.map((user) => user.id));
  if (chat.store.connectionState.value === "open") online.add(chat.store.me.value.id);
  if (present.length === 0) { for (const member of members) if (member.online) online.add(member.id); }
  const all = new Map(members.map((member) => [member.id, member]));
  // People who are online are shown even if their page of members is not loaded.
  const me = chat.store.me.value;
  for (const user of online.has(me.id) ? [...present, me] : present) {
    const role = all.get(user.id)?.role ?? (user.id === me.id ? room.role : null) ?? "member";
    all.set(user.id, { ...user, role, online: true });
  }
  const shown = [...all.values()];
  useEffect(() => {
    chat.members = shown;
  });
  return (
    <>
      <div class="people-scrim" onClick={() => chat.showPeople("closed")} />
      <PeoplePane
        room={room}
        members={shown}
        online={online}
        hasMore={pages.value?.hasMore.value ?? false}
        hasEarlier={pages.value?.hasEarlier.value ?? false}
        onMore={() => chat.attempt(pages.value?.more())}
        onEarlier={() => chat.attempt(pages.value?.earlier())}
        onClose={() => chat.showPeople("closed")}
        onAdd={room.role === null ? undefined : () => chat.open({ name: "add" })}
        onInvite={chat.mayInvite && (() => chat.open({ name: "invite" }))}
        onOpen={(user) => chat.open({ name: "person", user })}
      />
    </>
  );
}
