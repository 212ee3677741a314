/** The server itself. */
import * as v from "valibot";
import {
  getServer,
  readServerPicture,
  removeServerPicture,
  SERVER_PICTURE_TYPES,
  setServerPicture,
  updateServer,
} from "../../chat/moderation/server.ts";
import { stillSignedIn } from "../../chat/sign_in/sessions.ts";
import { ChatError } from "../../base/errors.ts";
import { readBytes } from "../../http/body.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { answer, publicRoute, route } from "../route.ts";
import { bodies } from "../schemas.ts";
import { defined } from "../support.ts";
import * as views from "../views.ts";

const PICTURE = "/api/server/picture";

export const serverRoutes = [
  publicRoute({
    method: "GET",
    path: "/api/server",
    id: "getServer",
    tag: "Server",
    summary: "The server's name, and who may come in",
    about: "For everybody. set_up is false until the first account was made, which will administer the server.",
    responses: { 200: views.server },
    run: async ({ chat }) => answer(200, await getServer(chat)),
  }),
  route({
    method: "PATCH",
    path: "/api/server",
    id: "updateServer",
    tag: "Server",
    summary: "Change the server's name, and who may come in",
    about: "For administrators. What the environment decides (locked) is refused with conflict.",
    body: bodies.server,
    responses: { 200: views.server },
    errors: ["forbidden", "conflict", "overloaded"],
    run: async ({ chat, actor, body }) => answer(200, await updateServer(chat, actor, defined(body))),
  }),
  route({
    method: "PUT",
    path: PICTURE,
    id: "setServerPicture",
    tag: "Server",
    summary: "Set the server's picture",
    about: `For administrators. The body is PNG, JPEG or WebP of at most ${LIMITS.avatar_bytes} bytes and ` +
      `${LIMITS.avatar_side} pixels a side; it is shown as a square, to everybody.`,
    rate: "uploads",
    takes: SERVER_PICTURE_TYPES,
    responses: { 200: views.server },
    errors: ["forbidden", "overloaded"],
    async run({ chat, actor, request }) {
      const since = chat.clock.elapsed();
      const bytes = await readBytes(request, chat);
      return answer(200, await setServerPicture(chat, await stillSignedIn(chat, actor, since), bytes));
    },
  }),
  route({
    method: "DELETE",
    path: PICTURE,
    id: "removeServerPicture",
    tag: "Server",
    summary: "Remove the server's picture",
    responses: { 200: views.server },
    errors: ["forbidden", "overloaded"],
    run: async ({ chat, actor }) => answer(200, await removeServerPicture(chat, actor)),
  }),
  publicRoute({
    method: "GET",
    path: "/api/server/picture/:file_id",
    id: "getServerPicture",
    tag: "Files",
    summary: "The server's picture",
    about: "By the picture of GET /api/server, for everybody.",
    gives: SERVER_PICTURE_TYPES,
    responses: { 200: views.bytes },
    errors: ["no_such_file"],
    async run({ chat, params }) {
      const found = await readServerPicture(chat, params.file_id);
      if (found === null) {
        throw new ChatError("no_such_file", "The server has no such picture. GET /api/server names it.");
      }
      const { type, bytes } = found;
      return answer(200, new Blob([bytes]).stream(), [
        ["content-type", type],
        ["content-length", String(bytes.length)],
        // its id changes with its content
        ["cache-control", "public, max-age=31536000, immutable"],
      ]);
    },
  }),
  publicRoute({
    method: "GET",
    path: "/health",
    id: "getHealth",
    tag: "Server",
    summary: "Whether the server runs",
    responses: { 200: v.object({ status: v.literal("ok"), uptime_s: views.count }) },
    // performance.now() counts from the start of the process
    run: () => Promise.resolve(answer(200, { status: "ok" as const, uptime_s: Math.floor(performance.now() / 1_000) })),
  }),
  publicRoute({
    method: "GET",
    path: "/ready",
    id: "getReady",
    tag: "Server",
    summary: "Whether the server should be sent traffic",
    about: "503 while it stops, and while its store cannot be written.",
    responses: { 200: v.object({ status: v.literal("ready") }) },
    errors: ["shutting_down", "storage_unavailable"],
    async run({ chat }) {
      await chat.readiness.check();
      return answer(200, { status: "ready" as const });
    },
  }),
];
