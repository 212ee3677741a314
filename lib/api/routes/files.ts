/** Files: uploading, downloading, and people's pictures. */
import { networkOf } from "../../http/address.ts";
import { AVATAR_TYPES, openAvatar, removeAvatar, setAvatar } from "../../chat/files/avatars.ts";
import { FILE_TYPES } from "../../chat/files/file_types.ts";
import { openFile, removeUpload, uploadFile } from "../../chat/files/files.ts";
import type { Chat } from "../../chat/chat.ts";
import type { ClientInfo } from "../../chat/sign_in/client.ts";
import { streamBytes } from "../../http/body.ts";
import { ChatError } from "../../base/errors.ts";
import type { Actor } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { fileAnswer } from "../file_response.ts";
import { answer, route } from "../route.ts";
import { queries } from "../schemas.ts";
import * as views from "../views.ts";

const DAY_S = 86_400;
const YEAR_S = 31_536_000;

export const fileRoutes = [
  route({
    method: "POST",
    path: "/api/files",
    id: "uploadFile",
    tag: "Files",
    summary: "Upload a file",
    about:
      "The body is the file. What it is is decided by its content. Send its id in a message's files within a day; " +
      "until then it is yours alone.",
    rate: "uploads",
    takes: ["*/*"],
    query: queries.upload,
    responses: { 201: views.file },
    errors: ["limit_reached", "conflict", "overloaded"],
    async run({ chat, actor, request, query: { name } }) {
      if (request.body === null) throw new ChatError("invalid", "The file is empty.", { field: "file" });
      const size = sizeOf(request.headers.get("content-length"));
      const bytes = request.body;
      const made = await chat.uploads.run(actor.user_id, (signal) => {
        const body = streamBytes(bytes, chat.clock, signal);
        return uploadFile(chat, actor, { name, size, body });
      });
      return answer(201, made);
    },
  }),
  route({
    method: "GET",
    path: "/api/files/:file_id",
    id: "getFile",
    tag: "Files",
    summary: "A file's content",
    about: "For the members of its room. Takes one Range. Images come inline, everything else as a download; with " +
      "download images too.",
    rate: "downloads",
    query: queries.file,
    gives: FILE_TYPES,
    responses: { 200: views.bytes, 206: views.bytes, 304: null, 416: null },
    errors: ["forbidden", "no_such_file"],
    async run({ chat, actor, client, params, query, request }) {
      const file = await openFile(chat, actor, params.file_id);
      return fileAnswer(request, file, {
        maxAge: DAY_S,
        download: query.download === true,
        begin: () => beginDownload(chat, actor, client),
      });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/files/:file_id",
    id: "removeUpload",
    tag: "Files",
    summary: "Delete my unsent upload",
    about: "Before it was sent; a file that was sent goes with its message.",
    responses: { 204: null },
    errors: ["conflict"],
    async run({ chat, actor, params }) {
      await removeUpload(chat, actor, params.file_id);
      return answer(204, null);
    },
  }),
  route({
    method: "PUT",
    path: "/api/me/avatar",
    id: "setAvatar",
    tag: "Files",
    summary: "Set my profile picture",
    about: `The body is PNG, JPEG or WebP of at most ${LIMITS.avatar_bytes} bytes and ${LIMITS.avatar_side} pixels a ` +
      "side; it is shown as a circle.",
    rate: "uploads",
    takes: AVATAR_TYPES,
    responses: { 200: views.me },
    errors: ["limit_reached", "conflict", "overloaded", "no_such_file"],
    async run({ chat, actor, request }) {
      if (request.body === null) throw new ChatError("invalid", "The file is empty.", { field: "file" });
      const size = sizeOf(request.headers.get("content-length"));
      const bytes = request.body;
      const me = await chat.uploads.run(actor.user_id, (signal) => {
        const body = streamBytes(bytes, chat.clock, signal);
        return setAvatar(chat, actor, { size, body });
      });
      return answer(200, me);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/me/avatar",
    id: "removeAvatar",
    tag: "Files",
    summary: "Remove my profile picture",
    responses: { 200: views.me },
    run: async ({ chat, actor }) => answer(200, await removeAvatar(chat, actor)),
  }),
  route({
    method: "GET",
    path: "/api/avatars/:file_id",
    id: "getAvatar",
    tag: "Files",
    summary: "A user's profile picture",
    about: "By the avatar of a User, for everybody who is signed in.",
    rate: "downloads",
    gives: AVATAR_TYPES,
    responses: { 200: views.bytes, 206: views.bytes, 304: null, 416: null },
    errors: ["no_such_file"],
    run: async ({ chat, actor, client, params, request }) =>
      await fileAnswer(request, await openAvatar(chat, actor, params.file_id), {
        maxAge: YEAR_S,
        download: false,
        begin: () => beginDownload(chat, actor, client),
      }),
  }),
];

/** Counts a download for a user and for their address; the returned function ends it. Throws `rate_limited`. */
function beginDownload(chat: Chat, actor: Actor, { address }: ClientInfo): () => void {
  const { limits, maxDownloadsPerUser, maxDownloadsPerAddress } = chat.config;
  if (!limits) return () => {};
  return chat.downloads.take([
    { who: actor.user_id, most: maxDownloadsPerUser },
    { who: `address ${networkOf(address)}`, most: maxDownloadsPerAddress },
  ]);
}

function sizeOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
