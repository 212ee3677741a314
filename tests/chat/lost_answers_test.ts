/** Each verb that writes through change(): its commit happens, its answer is lost, and it says what is so all the same. */
import { assert, assertEquals } from "@std/assert";
import type { Chat } from "../../lib/chat/chat.ts";
import { removeAvatar, setAvatar } from "../../lib/chat/files/avatars.ts";
import { removeUpload, uploadFile } from "../../lib/chat/files/files.ts";
import { addBookmark, listMarks, removeBookmark } from "../../lib/chat/messages/bookmarks.ts";
import { readDraft, saveDraft } from "../../lib/chat/messages/drafts.ts";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { readAudit } from "../../lib/chat/moderation/audit.ts";
import { handleReport, listReports, reportMessage } from "../../lib/chat/moderation/reports.ts";
import { isSubscribed, subscribePush, unsubscribePush } from "../../lib/chat/notify/push_subscriptions.ts";
import { vapidKeys } from "../../lib/chat/notify/vapid.ts";
import { createInvitation, register } from "../../lib/chat/people/accounts.ts";
import { blockUser, listBlocked, unblockUser } from "../../lib/chat/people/blocks.ts";
import { deleteAccount, deleteOwnAccount } from "../../lib/chat/people/deletion.ts";
import { endAllSessions, resetPassword, setAdmin } from "../../lib/chat/people/operator.ts";
import { updateProfile } from "../../lib/chat/people/profiles.ts";
import { getSettings, setLevel, updateSettings } from "../../lib/chat/people/settings.ts";
import { createRoom, openDirect } from "../../lib/chat/rooms/rooms.ts";
import { joinRoom } from "../../lib/chat/rooms/members.ts";
import { countSignIn } from "../../lib/chat/sign_in/attempts.ts";
import { listInvitations, revokeInvitation } from "../../lib/chat/sign_in/invitations.ts";
import { makeRecoveryCodes, recover, recoveryCodesLeft } from "../../lib/chat/sign_in/recovery.ts";
import { setDisabled } from "../../lib/chat/sign_in/session_ends.ts";
import {
  authenticate,
  type Authenticated,
  endSession,
  listSessions,
  signOut,
} from "../../lib/chat/sign_in/sessions.ts";
import { changePassword } from "../../lib/chat/sign_in/sign_in.ts";
import { refreshTokens } from "../../lib/chat/sign_in/tokens.ts";
import { type Family, keys } from "../../lib/store/keys.ts";
import { addAccount, enter, enterWithTokens, HERE, PASSWORD } from "../support/accounts.ts";
import { openTestChat } from "../support/chat.ts";
import { PIXEL } from "../support/images.ts";
import { type Loss, LOSSES, LostAnswers } from "../support/lost_answers.ts";

const NEW = "another good one";

/** The administrator, somebody else with a session, and what the bus was told since the answer was lost. */
interface Scene {
  chat: Chat;
  root: Authenticated;
  ada: Authenticated;
  secret: string;
  bob: string;
  /** From now on: the next commit that writes this family loses its answer. */
  lose(family: Family): void;
  told(): string[];
  acts(act: string): Promise<number>;
}

async function codesOf(chat: Chat, actor: Authenticated) {
  return await makeRecoveryCodes(chat, actor, { current_password: PASSWORD });
}

async function pushKeys() {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const base64url = { alphabet: "base64url", omitPadding: true } as const;
  return { p256dh: point.toBase64(base64url), auth: new Uint8Array(16).toBase64(base64url) };
}
const upload = (chat: Chat, actor: Authenticated) =>
  uploadFile(chat, actor, { name: "a.png", size: PIXEL.length, body: ReadableStream.from([PIXEL]) });
const usage = async (chat: Chat, id: string) => (await chat.kv.get(keys.fileUsage(id))).value?.bytes ?? 0;
const say = (chat: Chat, actor: Authenticated) => sendMessage(chat, actor, { room_id: "general", content: "Hello" });

const VERBS: Record<string, (scene: Scene) => Promise<void>> = {
  async "register() succeeds instead of reporting the name as taken"({ chat, lose }) {
    lose("username");
    const { id } = await register(chat, { username: "eve", password: PASSWORD }, HERE);
    assertEquals((await chat.kv.get(keys.username("eve"))).value, id);
  },
  async "signIn() opens one session"({ chat, ada, lose }) {
    lose("session");
    await enter(chat, "ada");
    assertEquals((await listSessions(chat, ada)).length, 2);
  },
  async "refreshTokens() gives one new pair"({ chat, ada, lose }) {
    const { refresh_token } = await enterWithTokens(chat, "ada");
    lose("session");
    const next = await refreshTokens(chat, refresh_token, HERE);
    assertEquals((await refreshTokens(chat, next.refresh_token, HERE)).token_type, "Bearer");
    assertEquals((await listSessions(chat, ada)).length, 2);
  },
  async "changePassword() succeeds instead of reporting busy (with another session)"({ chat, ada, lose, told }) {
    const other = await enter(chat, "ada");
    lose("user");
    await changePassword(chat, ada, { current_password: PASSWORD, new_password: NEW });
    assert(await authenticate(chat, { cookie: other.secret }) === null);
    assertEquals(told(), ["control"]);
    await enter(chat, "ada", NEW);
  },
  async "changePassword() succeeds instead of reporting busy (without another session)"({ chat, ada, lose }) {
    lose("user");
    await changePassword(chat, ada, { current_password: PASSWORD, new_password: NEW });
    await enter(chat, "ada", NEW);
  },
  async "recover() succeeds instead of reporting a wrong code"({ chat, ada, lose, told, acts }) {
    const [code = ""] = await codesOf(chat, ada);
    lose("user");
    await recover(chat, { username: "ada", code, new_password: NEW }, HERE);
    assertEquals([told(), await acts("account_recovered")], [["control"], 1]);
    await enter(chat, "ada", NEW);
  },
  async "makeRecoveryCodes() returns codes that work"({ chat, ada, lose, acts }) {
    lose("recovery");
    const [code = ""] = await codesOf(chat, ada);
    assertEquals([await recoveryCodesLeft(chat, ada), await acts("recovery_codes_made")], [10, 1]);
    await recover(chat, { username: "ada", code, new_password: NEW }, HERE);
  },
  async "resetPassword() returns the password that is stored"({ chat, root, ada, lose, told, acts }) {
    lose("user");
    const password = await resetPassword(chat, root, ada.user_id);
    assertEquals([told(), await acts("password_reset")], [["control"], 1]);
    await enter(chat, "ada", password);
  },
  async "setAdmin() reports a change for granting and revoking, once each"({ chat, root, ada, lose, told, acts }) {
    lose("user");
    assertEquals(await setAdmin(chat, root, ada.user_id, true), true);
    lose("user");
    assertEquals(await setAdmin(chat, root, ada.user_id, false), true);
    assertEquals([told(), await acts("admin_granted"), await acts("admin_revoked")], [["control"], 1, 1]);
  },
  async "setDisabled() ends the sessions, and audits disabling and enabling once each"(
    { chat, root, ada, lose, told, acts },
  ) {
    lose("user");
    await setDisabled(chat, root, ada.user_id, true);
    lose("user");
    await setDisabled(chat, root, ada.user_id, false);
    assertEquals([told(), await acts("account_disabled"), await acts("account_enabled")], [["control"], 1, 1]);
  },
  async "endAllSessions() is published and audited once"({ chat, root, ada, lose, told, acts }) {
    lose("session");
    await endAllSessions(chat, root, ada.user_id);
    assertEquals([told(), await acts("sessions_ended")], [["control"], 1]);
  },
  async "endSession() and signOut() each end a session and publish it"({ chat, ada, lose, told }) {
    const { actor } = await enter(chat, "ada");
    lose("session");
    await endSession(chat, ada, actor.session_id);
    lose("session");
    await signOut(chat, ada);
    assertEquals(told(), ["control", "control"]);
  },
  async "endSession() of the other sessions ends them all"({ chat, ada, lose, told }) {
    await enter(chat, "ada");
    lose("session");
    await endSession(chat, ada, "others");
    await endSession(chat, ada, "others");
    assertEquals([told(), (await listSessions(chat, ada)).length], [["control"], 1]);
  },
  async "deleteOwnAccount() and deleteAccount() are published and audited once each"(
    { chat, root, ada, bob, lose, told, acts },
  ) {
    lose("user");
    await deleteOwnAccount(chat, ada, { current_password: PASSWORD });
    lose("user");
    await deleteAccount(chat, root, bob, false);
    assertEquals([told(), await acts("account_deleted")], [["control", "profile", "profile"], 2]);
  },
  async "createInvitation() makes one, and revokeInvitation() revokes it once"({ chat, root, lose, acts }) {
    lose("invitation");
    const { code } = await createInvitation(chat, root, {});
    assertEquals((await listInvitations(chat, root)).invitations.length, 1);
    lose("invitation");
    await revokeInvitation(chat, root, code);
    assertEquals([await acts("invitation_made"), await acts("invitation_revoked")], [1, 1]);
  },
  async "countSignIn() lets the attempt go on"({ chat, lose }) {
    lose("attempts");
    await countSignIn(chat, "192.0.2.1", "ada");
  },
  async "openDirect() announces the new conversation"({ chat, ada, bob, lose, told }) {
    lose("direct");
    const room = await openDirect(chat, ada, bob);
    assertEquals([told(), (await openDirect(chat, ada, bob)).id], [["events"], room.id]);
  },
  async "createRoom() announces the new room"({ chat, ada, lose, told }) {
    lose("room");
    await createRoom(chat, ada, { name: "Ops", kind: "public" });
    assertEquals(told(), ["events"]);
  },
  async "joinRoom() takes a place of its own and gives it back"({ chat, root, ada, lose }) {
    const { id } = await createRoom(chat, root, { name: "Ops", kind: "public" });
    lose("room_slots");
    await joinRoom(chat, ada, id);
    assertEquals((await chat.kv.get(keys.roomSlots(ada.user_id))).value, {});
  },
  async "subscribePush() and unsubscribePush() report the subscription as it is"({ chat, ada, lose }) {
    const endpoint = "https://push.example.org/1";
    lose("push");
    await subscribePush(chat, ada, { endpoint, keys: await pushKeys() });
    assert(await isSubscribed(chat, ada));
    lose("push");
    await unsubscribePush(chat, ada);
    assert(!await isSubscribed(chat, ada));
  },
  async "vapidKeys() returns the key that is stored"({ chat, lose }) {
    await chat.kv.commit({ delete: [keys.vapid()] });
    lose("secret");
    assertEquals(await vapidKeys(chat.kv), (await chat.kv.get(keys.vapid())).value);
  },
  async "reportMessage() and handleReport() each act once"({ chat, root, ada, lose, acts }) {
    const { id } = await say(chat, root);
    lose("report");
    const report = await reportMessage(chat, ada, { room_id: "general", message_id: id, reason: "rude" });
    assertEquals((await listReports(chat, root)).reports.map((one) => one.report.id), [report.id]);
    lose("report");
    await handleReport(chat, root, report.id, "dismissed");
    assertEquals([(await listReports(chat, root)).reports.length, await acts("report_handled")], [0, 1]);
  },
  async "uploadFile() counts once, and removeUpload() removes it"({ chat, ada, lose }) {
    lose("file");
    await upload(chat, ada);
    lose("file_usage");
    const { id } = await upload(chat, ada);
    assertEquals(await usage(chat, ada.user_id), 2 * PIXEL.length);
    lose("upload");
    await removeUpload(chat, ada, id);
    assertEquals(await usage(chat, ada.user_id), PIXEL.length);
  },
  async "setAvatar() and removeAvatar() are published to everybody"({ chat, ada, lose, told }) {
    lose("user");
    const { avatar } = await setAvatar(chat, ada, { body: ReadableStream.from([PIXEL]) });
    assert(avatar !== undefined);
    lose("user");
    assertEquals((await removeAvatar(chat, ada)).avatar, undefined);
    assertEquals(told(), ["profile", "user", "profile", "user"]);
  },
  async "addBookmark() and removeBookmark() report a change"({ chat, ada, lose, told }) {
    const { id: message_id } = await say(chat, ada);
    const input = { room_id: "general", message_id };
    lose("bookmark");
    assertEquals(await addBookmark(chat, ada, input), { changed: true });
    assertEquals((await listMarks(chat, ada)).length, 1);
    lose("bookmark");
    assertEquals(await removeBookmark(chat, ada, input), { changed: true });
    assertEquals(told().filter((type) => type === "user").length, 2);
    assertEquals((await chat.kv.get(keys.bookmarks(ada.user_id))).value?.count, 0);
  },
  async "saveDraft() saves, and notifies the user's other devices"({ chat, ada, lose, told }) {
    lose("draft");
    assertEquals((await saveDraft(chat, ada, { room_id: "general", content: "Hel" })).saved, true);
    assertEquals([(await readDraft(chat, ada, "general")).content, told()], ["Hel", ["user"]]);
  },
  async "updateSettings() saves, and notifies the user's other devices"({ chat, ada, lose, told }) {
    lose("settings");
    await updateSettings(chat, ada, { theme: "dark" });
    lose("settings");
    await setLevel(chat, ada, "general", "nothing");
    const { theme, room_levels } = await getSettings(chat, ada.user_id);
    assertEquals([theme, room_levels, told()], ["dark", { general: "nothing" }, ["user", "user"]]);
  },
  async "updateProfile() publishes the new name to everybody"({ chat, ada, lose, told }) {
    lose("user");
    assertEquals((await updateProfile(chat, ada, { display_name: "Ada L." })).display_name, "Ada L.");
    assertEquals(told(), ["profile", "user"]);
  },
  async "blockUser() and unblockUser() report the block as it is"({ chat, ada, bob, lose, told }) {
    lose("block");
    await blockUser(chat, ada, bob);
    assertEquals(await listBlocked(chat, ada.user_id), [bob]);
    lose("block");
    await unblockUser(chat, ada, bob);
    assertEquals([await listBlocked(chat, ada.user_id), told()], [[], ["user", "user"]]);
  },
};

async function withScene(loss: Loss, run: (scene: Scene) => Promise<void>): Promise<void> {
  const answers = new LostAnswers();
  const rates = { burst: 1_000, perMinute: 1_000 };
  await using chat = await openTestChat({ wrapKv: answers.wrapKv });
  for (const rate of Object.keys(chat.config.rates)) Object.assign(chat.config.rates, { [rate]: rates });
  await addAccount(chat, "root");
  await addAccount(chat, "ada");
  const bob = await addAccount(chat, "bob");
  const { actor: root } = await enter(chat, "root");
  const { actor: ada, secret } = await enter(chat, "ada");
  // the accounts came into general: on a busy machine that is told later
  await chat.appender.settled();
  let told: string[] = [];
  let asked = 0;
  chat.bus.subscribe(({ type }) => void told.push(type));
  await run({
    chat,
    root,
    ada,
    secret,
    bob,
    lose(family) {
      if (asked++ === 0) told = [];
      answers.next(family, loss);
    },
    told: () => told,
    acts: async (act) => (await readAudit(chat, root)).entries.filter((entry) => entry.act === act).length,
  });
  assertEquals(answers.lost, asked, "an answer was to be lost and was not");
}

for (const loss of LOSSES) {
  for (const [what, run] of Object.entries(VERBS)) {
    Deno.test(`lost answer (${loss}): ${what}`, () => withScene(loss, run));
  }
}
