/** Whoever does what only an administrator may must still be one when it is committed. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../../lib/base/errors.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { readMessage } from "../../../lib/chat/messages/history.ts";
import { deleteMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { checkAdmin, readAudit } from "../../../lib/chat/moderation/audit.ts";
import { handleReport, listReports, reportMessage } from "../../../lib/chat/moderation/reports.ts";
import { createInvitation } from "../../../lib/chat/people/accounts.ts";
import { deleteAccount } from "../../../lib/chat/people/deletion.ts";
import { endAllSessions, OPERATOR, resetPassword, setAdmin } from "../../../lib/chat/people/operator.ts";
import { addMember, muteMember, removeMember, setRole } from "../../../lib/chat/rooms/members.ts";
import { pinMessage } from "../../../lib/chat/rooms/pins.ts";
import { assignOwner, changeRoom, endRoom } from "../../../lib/chat/rooms/room_admin.ts";
import { updateRoom } from "../../../lib/chat/rooms/rooms.ts";
import { revokeInvitation } from "../../../lib/chat/sign_in/invitations.ts";
import { setDisabled } from "../../../lib/chat/sign_in/session_ends.ts";
import { authenticate } from "../../../lib/chat/sign_in/sessions.ts";
import { emptyHead } from "../../../lib/log/draft.ts";
import { keys } from "../../../lib/store/keys.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import { addAccount, enter } from "../../support/accounts.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { addPerson } from "../../support/people.ts";
import { openTestChat, quickPasswords } from "../../support/chat.ts";

Deno.test("resetPassword: one that waited for its hash is refused once its administrator was demoted", async () => {
  const passwords = quickPasswords();
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const hash = passwords.hash.bind(passwords);
  await using chat = await openTestChat({ passwords });
  const [root, ada] = [await addAccount(chat, "root"), await addAccount(chat, "ada")];
  await setAdmin(chat, OPERATOR, ada, true);
  passwords.hash = async (password) => {
    reached.resolve();
    await released.promise;
    return await hash(password);
  };
  const { actor } = await enter(chat, "ada");
  const resetting = assertRejects(() => resetPassword(chat, actor, root), ChatError);
  await reached.promise;
  await setAdmin(chat, OPERATOR, ada, false);
  released.resolve();
  assertEquals((await resetting).code, "forbidden");
  await enter(chat, "root");
  assertEquals((await readAudit(chat, OPERATOR)).entries.filter(({ act }) => act === "password_reset"), []);
});

interface Scene {
  chat: Chat;
  actor: Actor;
  code: string;
  report: string;
  bob: string;
}

const ACTS: Record<string, (scene: Scene) => Promise<unknown>> = {
  resetPassword: ({ chat, actor, bob }) => resetPassword(chat, actor, bob),
  endAllSessions: ({ chat, actor, bob }) => endAllSessions(chat, actor, bob),
  setAdmin: ({ chat, actor, bob }) => setAdmin(chat, actor, bob, true),
  setDisabled: ({ chat, actor, bob }) => setDisabled(chat, actor, bob, true),
  deleteAccount: ({ chat, actor, bob }) => deleteAccount(chat, actor, bob, false),
  createInvitation: ({ chat, actor }) => createInvitation(chat, actor, {}),
  revokeInvitation: ({ chat, actor, code }) => revokeInvitation(chat, actor, code),
  handleReport: ({ chat, actor, report }) => handleReport(chat, actor, report, "dismissed"),
};

for (const [act, run] of Object.entries(ACTS)) {
  Deno.test(`${act}: an administrator who is demoted just before the commit is refused`, async () => {
    let demote: (() => Promise<unknown>) | undefined;
    const wrapKv = (kv: Kv) =>
      alteredKv(kv, {
        async commit(write) {
          const first = demote;
          demote = undefined;
          await first?.();
          return await kv.commit(write);
        },
      });
    await using chat = await openTestChat({ wrapKv });
    await addAccount(chat, "root");
    const bob = await addAccount(chat, "bob");
    const { actor: bobs, secret } = await enter(chat, "bob");
    const { actor } = await enter(chat, "root");
    const { code } = await createInvitation(chat, actor, {});
    const { id: message_id } = await sendMessage(chat, actor, { room_id: "general", content: "Hello" });
    const { id: report } = await reportMessage(chat, bobs, { room_id: "general", message_id, reason: "rude" });
    const acts = async () => (await readAudit(chat, OPERATOR)).entries.length;
    const before = await acts();
    const record = (await chat.kv.get(keys.user(actor.user_id))).value;
    assert(record !== null);
    demote = () => chat.kv.commit({ set: [put(keys.user(actor.user_id), { ...record, admin: false })] });
    const error = await assertRejects(() => run({ chat, actor, code, report, bob }), ChatError);
    assertEquals([error.code, await acts()], ["forbidden", before]);
    assert(await authenticate(chat, { cookie: secret }) !== null);
    assert((await chat.kv.get(keys.invitation(code))).value !== null);
    assertEquals((await listReports(chat, OPERATOR)).reports.length, 1);
    await assertRejects(() => checkAdmin(chat, actor), ChatError);
  });
}

interface RoomScene {
  chat: Chat;
  root: Actor;
  message_id: string;
}

/** What an administrator may do in a room without being its owner. */
const ROOM_ACTS: Record<string, (scene: RoomScene) => Promise<unknown>> = {
  deleteMessage: ({ chat, root, message_id }) => deleteMessage(chat, root, { room_id: "general", message_id }),
  pinMessage: ({ chat, root, message_id }) => pinMessage(chat, root, { room_id: "general", message_id }),
  removeMember: ({ chat, root }) => removeMember(chat, root, "general", "bob"),
  banMember: ({ chat, root }) => removeMember(chat, root, "general", "bob", { ban: true }),
  muteMember: ({ chat, root }) => muteMember(chat, root, "general", "bob", { minutes: 5 }),
  setRole: ({ chat, root }) => setRole(chat, root, "general", "bob", "moderator"),
  updateRoom: ({ chat, root }) => updateRoom(chat, root, "general", { topic: "mine" }),
  changeRoom: ({ chat, root }) => changeRoom(chat, root, "general", { read_only: true }),
  endRoom: ({ chat, root }) => endRoom(chat, root, "den"),
  assignOwner: ({ chat, root }) => assignOwner(chat, root, "empty", "bob"),
  addMember: ({ chat, root }) => addMember(chat, root, "general", "eve"),
};

async function putPrivateRoom(chat: Chat, id: string, members: number): Promise<void> {
  await chat.kv.commit({
    set: [
      put(keys.room(id), { id, kind: "private", name: id, topic: "", created_by: "bob", created_at: 0 }),
      put(keys.head(id), { ...emptyHead(0), members }),
    ],
  });
}

for (const [act, run] of Object.entries(ROOM_ACTS)) {
  for (const loss of [{ admin: false }, { disabled_at: 1 }]) {
    const what = Object.keys(loss)[0];
    Deno.test(`[D6] ${act}: an administrator whose account lost its rights between the read and the commit (${what}) is refused`, async () => {
      let demote: (() => Promise<unknown>) | undefined;
      const wrapKv = (kv: Kv) =>
        alteredKv(kv, {
          async commit(write) {
            const isAct = write.set?.some(([key]) => key[0] === "head") === true;
            if (isAct) {
              const first = demote;
              demote = undefined;
              await first?.();
            }
            return await kv.commit(write);
          },
        });
      await using chat = await openTestChat({ wrapKv });
      const [root, bob, eve] = [
        await addPerson(chat, "root", { admin: true }),
        await addPerson(chat, "bob"),
        await addPerson(chat, "eve"),
      ];
      await removeMember(chat, eve, "general", "eve");
      const { id: message_id } = await sendMessage(chat, bob, { room_id: "general", content: "Hello" });
      for (const id of ["den", "empty"]) await putPrivateRoom(chat, id, id === "den" ? 1 : 0);
      const state = async () => {
        const rooms = await Promise.all(["general", "den", "empty"].map((id) => chat.kv.get(keys.head(id))));
        return [rooms.map(({ value }) => value?.seq), (await readAudit(chat, OPERATOR)).entries.length];
      };
      const before = await state();
      const { value } = await chat.kv.get(keys.user("root"));
      assert(value !== null);
      demote = () => chat.kv.commit({ set: [put(keys.user("root"), { ...value, ...loss })] });
      const error = await assertRejects(() => run({ chat, root, message_id }), ChatError);
      assertEquals(demote, undefined, "it came to a commit");
      assertEquals([error.code === "forbidden" || error.code === "no_such_room", await state()], [true, before]);
      await chat.kv.commit({ set: [put(keys.user("root"), value)] });
      await run({ chat, root, message_id });
    });
  }
}

Deno.test("handleReport: whoever was demoted before removes no message", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "root");
  const ada = await addAccount(chat, "ada");
  await addAccount(chat, "bob");
  const { actor: bob } = await enter(chat, "bob");
  await setAdmin(chat, OPERATOR, ada, true);
  const { actor } = await enter(chat, "ada");
  const message = await sendMessage(chat, bob, { room_id: "general", content: "Hello" });
  const { actor: root } = await enter(chat, "root");
  const input = { room_id: "general", message_id: message.id, reason: "rude" };
  const { id } = await reportMessage(chat, root, input);
  await setAdmin(chat, OPERATOR, ada, false);
  const error = await assertRejects(() => handleReport(chat, actor, id, "removed"), ChatError);
  assertEquals(error.code, "forbidden");
  assertEquals((await readMessage(chat, root, "general", message.id)).deleted, undefined);
});
