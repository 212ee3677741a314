/** Limits of the wire (D7), as `hello` tells them to clients. */
export const LIMITS = {
  /** A message's text, in UTF-16 code units. */
  content: 4_000,
  client_id: 64,
  /** An inbound frame or message, in bytes. */
  frame_bytes: 65_536,
  /** An outbound frame of events, in bytes. */
  batch_bytes: 65_536,
  /** Events in a history page. */
  page: 100,
  /** A resume that is more events behind than this gets a reset. */
  resume_max: 10_000,
  /** Commands of one socket that wait for their answer. */
  in_flight: 64,
  /** Rooms that one user may be a member of. Rooms that others added them to count once they agree (J7). */
  rooms_per_user: 500,
  /** Rooms that one user was added to without having agreed yet: by all others together, and by one of them. */
  rooms_added: 50,
  rooms_added_by_one: 10,
  /** Direct conversations that others opened with one user, who has not opened them yet. */
  direct_unopened: 150,
  /** Different emoji on one message. */
  emoji_per_message: 20,
  /** People one message may call by name; further names are just text. */
  mentions: 20,
  /** In a room with more members only its moderators call everybody (`@room`, `@here`). */
  room_call_members: 100,
  /** Unread mentions counted in a room: more are shown as 99+. */
  mentions_counted: 100,
  /** Deleted messages after a read mark that the server lists, so that a room's unread count leaves them out. */
  unshown_counted: 1_000,
  /** Bookmarks of one user. */
  bookmarks: 1_000,
  /** Browsers of one user that subscribe to web push. */
  push_subscriptions: 10,
  /** A draft's text, in UTF-16 code units: longer than a message may be. */
  draft: 12_000,
  /** Earlier texts kept of an edited message. */
  revisions: 50,
  /** Pinned messages of one room. */
  pins_per_room: 50,
  /** Files in one message. Each is a check of the message's commit, beside the room's head, and checks are limited. */
  files: 9,
  /** A file's name, in UTF-16 code units. */
  file_name: 200,
  /** An image with more pixels, or a longer side, is refused before anybody decodes it. */
  image_pixels: 50_000_000,
  image_side: 16_384,
  /** A person's picture. */
  avatar_bytes: 49_152,
  avatar_side: 512,
  /** People whom one person has blocked. */
  blocked_per_user: 1_000,
  username: 32,
  display_name: 50,
  room_name: 80,
  /** A search query, in UTF-16 code units. */
  search: 300,
  topic: 250,
  /** The reason of a moderator's act, or of a report. */
  reason: 250,
  password_min: 8,
  password_max_bytes: 1_024,
} as const;

/** The subprotocol whose frames may hold several events, one a line (D10). */
export const SUBPROTOCOL = "parley.1";
