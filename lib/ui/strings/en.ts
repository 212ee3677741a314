/** What the chat page says, in English: the table whose shape every other language has to have (`Strings`). */
import { isolated } from "../../protocol/text/bidi.ts";
import type { Language } from "../../protocol/settings.ts";
import { counter, someOf } from "./plural.ts";

const locale = "en-GB";
const count = counter(locale);
const number = (n: number) => n.toLocaleString(locale);

export const en = {
  language: "en" as Language,
  /** For dates, numbers and the order of names (BCP 47). */
  locale,

  rooms: {
    title: "Rooms",
    browse: "Browse rooms",
    create: "Create a room",
    goTo: "Go to…",
    none: "You are in no room yet. Browse the public ones, or make one.",
    direct: "Direct messages",
    newDirect: "New direct message",
    noDirect: "Talk with one person alone.",
    settings: "Settings",
    offline: "offline",
    private: "private",
    /** After the number. */
    unread: (_n: number) => "unread",
    mentions: (n: number) => count(n, { one: "mention of you", other: "mentions of you" }),
    /** The name of a conversation with oneself. */
    justYou: "Just you",
    unsent: (n: number) => count(n, { one: "# message was not sent", other: "# messages were not sent" }),
  },

  /** What several parts say: one word for one thing. */
  search: {
    title: "Search messages",
  },

  dialog: {
    close: "Close",
    dismiss: "Dismiss",
  },

  timeline: {
    title: "Messages",
    skip: "Skip to the messages",
    today: "Today",
    yesterday: "Yesterday",
    new: "New",
    newMessages: "New messages",
    countNew: (n: number) => count(n, { one: "# new", other: "# new" }),
    jump: "Jump to latest",
    toLatest: "To the latest messages",
    older: "Older messages",
    loadingOlder: "Loading older messages…",
    gone: "That message is not here any more.",
  },

  message: {
    removed: (reason: string | undefined) =>
      reason === undefined ? "Removed by a moderator." : isolated`Removed by a moderator: ${reason}`,
    edit: "Edit",
    delete: "Delete",
    deleted: "This message was deleted.",
    earlier: "An earlier message",
    inReplyTo: "In reply to",
    notSent: "Not sent.",
    retry: "Retry",
  },

  composer: {
    placeholder: (room: string) => isolated`Message ${room}`,
    yours: "Your message",
    edit: "Edit message",
    editing: "Editing your message",
    cancelEdit: "Cancel editing",
    cancelReply: "Cancel reply",
    save: "Save",
    send: "Send",
    tooLong: (most: number, over: number) =>
      isolated`A message has at most ${number(most)} characters; this one is ${number(over)} too long.`,
  },

  banner: {
    reloaded: "The history was reloaded.",
    signedOut: "You are signed out. What you wrote is kept in this browser.",
    ended: "You are signed out, and nothing of yours is left in this browser.",
    signIn: "Sign in",
    tooOld: "This page is too old for the server.",
    reload: "Reload it",
    offline: "You are offline.",
    reconnecting: "Reconnecting…",
    willBeSent: "What you write is sent when the connection is back.",
    retry: "Retry now",
  },

  system: {
    joined: (_people: number) => "joined",
    left: (_people: number) => "left",
    wasAdded: (people: number) => count(people, { one: "was added", other: "were added" }),
    wasRemoved: (people: number) => count(people, { one: "was removed", other: "were removed" }),
    wasBanned: (people: number) => count(people, { one: "was banned", other: "were banned" }),
    role: { member: "is now a member", moderator: "is now a moderator", owner: "is now an owner" },
    created: "created this room",
    deleted: "deleted this room",
    changed: "changed the room:",
  },

  people: {
    title: "People",
    add: "Add someone",
    close: "Close people",
    online: "Online",
    offline: "Offline",
    isOnline: "online",
    isOffline: "offline",
    earlier: "Show the people before",
    more: "Show more",
    roles: { member: "member", moderator: "moderator", owner: "owner" },
  },

  lists: {
    /** "Ada", "Ada and Bo", "Ada, Bo and 3 others". */
    some: (people: readonly string[]) => someOf(people, "and", (n) => isolated`${number(n)} others`),
  },

  files: {
    attach: "Attach files",
    /** Of a text that is too long for a message. */
    textName: "text",
    drop: "Drop files to send them here",
    failedFirst: "A file could not be uploaded: try it again, or remove it.",
    download: "Download",
    close: "Close",
  },

  failures: {
    unknown: "That did not work. Try again.",
    notLoaded: "That part of the page could not be loaded. Check the connection and try again.",
  },

  reactions: {
    title: "Reactions",
    /** After an emoji and how many gave it. */
    yours: "yours",
  },

  emoji: {
    title: "Emoji",
  },

  history: {
    title: "Edits",
    edited: "edited",
    open: "show earlier texts",
  },

  pins: {
    title: "Pinned messages",
    pinned: "pinned",
    open: "Go to message",
    /** After a person's name; then comes `message`, as a link. */
    event: "pinned",
    message: "a message",
  },

  code: {
    name: "Code",
    copy: "Copy code",
    copied: "Copied",
  },

  blocking: {
    hidden: (n: number) =>
      count(n, { one: "Message from someone you blocked", other: "# messages from someone you blocked" }),
    show: "Show",
    hide: "Hide",
    quoted: "A message from someone you blocked",
    blocked: "You blocked this person.",
  },

  moderation: {
    muted: (until: string) => isolated`You are muted here until ${until}. You can read on.`,
    mutedForGood: "You are muted here until a moderator lifts it. You can read on.",
    readOnly: "This room is for reading: its moderators write here, and everyone can react.",
    mutedEvent: (until: string) => isolated`was muted until ${until}`,
    mutedForGoodEvent: "was muted",
    unmutedEvent: "may speak again",
    because: (reason: string) => isolated` (${reason})`,
    floor: (days: number | undefined) =>
      days === undefined ? "Earlier messages were erased." : count(days, {
        one: "Messages older than # day are erased.",
        other: "Messages older than # days are erased.",
      }),
    roomReadOnly: "made this room read-only",
    roomWritable: "opened this room for everyone to write",
    roomRules: "changed the rules of this room",
  },

  mentions: {
    title: "Mentions",
  },

  bookmarks: {
    title: "Bookmarks",
  },

  room: {
    none: "Pick up a conversation",
    noneHint: "Choose a room on the left, find one that is open to all, or start one of your own.",
    all: "All rooms",
    togglePeople: "people; show or hide them",
    menu: "Room menu",
    add: "Add someone…",
    typing: (names: string, people: number) => isolated`${names} ${people === 1 ? "is" : "are"} typing`,
    people: (n: number) => count(n, { one: "# person", other: "# people" }),
    notes: "A place for notes to yourself.",
    directBeginning: (name: string) =>
      isolated`This is the beginning of what you and ${name} say to each other. Nobody else reads it.`,
    privateBeginning: (name: string) =>
      isolated`This is the beginning of ${name}. Only its members know that it exists.`,
    beginning: (name: string) => isolated`This is the beginning of ${name}. Say hello below.`,
  },
};

export type Strings = typeof en;
