/** Invitations: who may make them, what they remember, and how long. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { updateServer } from "../../../lib/chat/moderation/server.ts";
import { register } from "../../../lib/chat/people/accounts.ts";
import { setDisabled } from "../../../lib/chat/sign_in/session_ends.ts";
import {
  changeInvitation,
  createInvitation,
  listInvitations,
  lookUpInvitation,
  OPEN_INVITATIONS,
  openInvitationsOf,
  revokeAllInvitations,
  revokeInvitation,
} from "../../../lib/chat/sign_in/invitations.ts";
import { inviteLink } from "../../../lib/chat/sign_in/invite_link.ts";
import { sweepSessions } from "../../../lib/upkeep/expired.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";

const HERE = { address: "127.0.0.1", user_agent: "test" };
const PASSWORD = "correct horse";
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

async function person(chat: Chat, username: string, invitation?: string): Promise<Actor> {
  const input = { username, password: PASSWORD, ...(invitation === undefined ? {} : { invitation }) };
  const { id } = await register(chat, input, HERE);
  const admin = (await chat.kv.get(keys.user(id))).value?.admin === true;
  return { user_id: id, username, admin, session_id: "s", by: "cookie", expires_at: Number.MAX_SAFE_INTEGER };
}

async function code(run: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => run, ChatError)).code;
}

Deno.test("invitations: administrators alone may invite, until they let everybody; a choice taken back holds at once", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await person(chat, "ada"), await person(chat, "bob")];
  assertEquals(await code(createInvitation(chat, bob, {})), "forbidden");
  assertEquals(await code(inviteLink(chat, bob, "link")), "forbidden");
  await updateServer(chat, ada, { inviting: "everyone" });
  const made = await createInvitation(chat, bob, {});
  await updateServer(chat, ada, { inviting: "admins" });
  assertEquals(await code(createInvitation(chat, bob, {})), "forbidden");
  assertEquals(await code(changeInvitation(chat, bob, made.code, { uses: 2 })), "forbidden");
});

Deno.test("invitations: what a member may make is bounded in number, people and time; what administrators make is not", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await person(chat, "ada"), await person(chat, "bob")];
  await updateServer(chat, ada, { inviting: "everyone" });
  assertEquals(await code(createInvitation(chat, bob, { uses: 101 })), "invalid");
  assertEquals(await code(createInvitation(chat, bob, { expires_in_s: 2_592_001 })), "invalid");
  const all = [];
  for (let i = 0; i < OPEN_INVITATIONS; i++) all.push(await createInvitation(chat, bob, {}));
  assertEquals(await code(createInvitation(chat, bob, {})), "limit_reached");
  await revokeInvitation(chat, bob, all[0]?.code ?? "");
  await createInvitation(chat, bob, {});
  assertEquals(await code(changeInvitation(chat, bob, all[1]?.code ?? "", { uses: 101 })), "invalid");
  await createInvitation(chat, ada, { uses: 1_000, expires_in_s: 31_536_000 });
});

Deno.test("invitations: its maker and administrators change and revoke one, nobody else does", async () => {
  await using chat = await openTestChat();
  const [ada, bob, eve] = [await person(chat, "ada"), await person(chat, "bob"), await person(chat, "eve")];
  await updateServer(chat, ada, { inviting: "everyone" });
  const { code: own } = await createInvitation(chat, bob, { uses: 3 });
  assertEquals(await code(changeInvitation(chat, eve, own, { uses: 9 })), "forbidden");
  assertEquals(await code(revokeInvitation(chat, eve, own)), "forbidden");
  assertEquals((await changeInvitation(chat, bob, own, { uses: 9 })).uses_left, 9);
  assertEquals((await changeInvitation(chat, ada, own, { expires_in_s: 60 })).uses_left, 9);
  await revokeInvitation(chat, ada, own);
  assertEquals(await code(changeInvitation(chat, bob, own, { uses: 1 })), "not_found");
});

Deno.test("inviteLink() gives the same link again while it holds for a day, and a QR code of its own for one hour", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await person(chat, "ada");
  const link = await inviteLink(chat, ada, "link");
  assertEquals([link.uses_left, link.expires_at - clock.now()], [20, 7 * DAY_MS]);
  const qr = await inviteLink(chat, ada, "qr");
  assertEquals([qr.uses_left, qr.expires_at - clock.now()], [20, HOUR_MS]);
  assert(qr.code !== link.code);
  assertEquals((await inviteLink(chat, ada, "link")).code, link.code);
  assertEquals((await inviteLink(chat, ada, "qr")).code, qr.code);
  await changeInvitation(chat, ada, qr.code, { expires_in_s: 60 });
  clock.tick(60_000);
  assertEquals((await lookUpInvitation(chat, qr.code))?.state, "expired");
  assert((await inviteLink(chat, ada, "qr")).code !== qr.code);
  await changeInvitation(chat, ada, link.code, { expires_in_s: 80_000 });
  assert((await inviteLink(chat, ada, "link")).code !== link.code);
});

Deno.test("invitations: a link knows who came by it, and an account whose invitation it was", async () => {
  await using chat = await openTestChat({ config: { registration: "invite" } });
  const ada = await person(chat, "ada");
  const { code: link } = await createInvitation(chat, ada, { uses: 2 });
  const [bob, eve] = [await person(chat, "bob", link), await person(chat, "eve", link)];
  assertEquals((await chat.kv.get(keys.invitation(link))).value?.people, [bob.user_id, eve.user_id]);
  assertEquals((await chat.kv.get(keys.user(bob.user_id))).value?.invited_by, ada.user_id);
  assertEquals(await code(person(chat, "max", link)), "invitation_required");
});

Deno.test("invitations: an open server notes who came by a link too, and takes people whose link has ended", async () => {
  await using chat = await openTestChat();
  const ada = await person(chat, "ada");
  const { code: link } = await createInvitation(chat, ada, { uses: 1 });
  const bob = await person(chat, "bob", link);
  const eve = await person(chat, "eve", link);
  assertEquals((await chat.kv.get(keys.invitation(link))).value?.people, [bob.user_id]);
  assertEquals((await chat.kv.get(keys.user(eve.user_id))).value?.invited_by, undefined);
});

Deno.test("lookUpInvitation() says what became of a link and whom to ask, for 30 days after its end, and takes no use", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ config: { registration: "invite" }, clock });
  const ada = await person(chat, "ada");
  const make = async (uses: number, expires_in_s = 604_800) =>
    (await createInvitation(chat, ada, { uses, expires_in_s })).code;
  const [used, expired, revoked, open] = [await make(1), await make(1, 60), await make(1), await make(2)];
  await person(chat, "bob", used);
  await revokeInvitation(chat, ada, revoked);
  clock.tick(60_000);
  const state = async (one: string) => (await lookUpInvitation(chat, one))?.state;
  const states = () => Promise.all([used, expired, revoked, open].map(state));
  assertEquals(await states(), ["used_up", "expired", "revoked", "open"]);
  assertEquals((await lookUpInvitation(chat, used))?.inviter?.username, "ada");
  assertEquals((await chat.kv.get(keys.invitation(open))).value?.uses_left, 2);
  assertEquals(await lookUpInvitation(chat, "0".repeat(16)), null);
  assertEquals(await lookUpInvitation(chat, "../x"), null);

  const now = clock.now();
  await sweepSessions(chat.kv, now + 29 * DAY_MS);
  assertEquals(await states(), ["used_up", "expired", "revoked", "open"]);
  await sweepSessions(chat.kv, now + 31 * DAY_MS);
  assertEquals(await states(), [undefined, undefined, undefined, "open"]);
  await sweepSessions(chat.kv, now + 40 * DAY_MS);
  assertEquals((await chat.kv.list(ranges.invited(ada.user_id), { limit: 5 })).length, 0);
});

Deno.test("lookUpInvitation() names nobody who was sent away", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await person(chat, "ada"), await person(chat, "bob")];
  await updateServer(chat, ada, { inviting: "everyone" });
  const { code: link } = await createInvitation(chat, bob, {});
  await setDisabled(chat, ada, bob.user_id, true);
  assertEquals(await lookUpInvitation(chat, link), { state: "open", inviter: null });
});

Deno.test("revokeAllInvitations() ends everybody's links, for administrators alone; each is in the audit log", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await person(chat, "ada"), await person(chat, "bob")];
  await updateServer(chat, ada, { inviting: "everyone" });
  for (let i = 0; i < 3; i++) await createInvitation(chat, bob, {});
  await createInvitation(chat, ada, {});
  assertEquals(await code(revokeAllInvitations(chat, bob)), "forbidden");
  await revokeAllInvitations(chat, ada);
  assertEquals((await listInvitations(chat, ada)).invitations, []);
  assertEquals(await openInvitationsOf(chat, bob.user_id), []);
  const audit = await chat.kv.list(ranges.audit(), { limit: 50 });
  assertEquals(audit.filter(({ value }) => value.act === "invitation_revoked").length, 4);
});
