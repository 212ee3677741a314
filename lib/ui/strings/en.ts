/** What the chat page says, in English: the table whose shape every other language has to have (`Strings`). */
import { counter } from "./plural.ts";

const locale = "en-GB";
const count = counter(locale);

export const en = {
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
    unread: "unread",
    /** The name of a conversation with oneself. */
    justYou: "Just you",
  },

  switcher: {
    title: "Go to a room",
    none: "No room of yours goes by that name.",
  },

  failures: {
    unknown: "That did not work. Try again.",
    notLoaded: "That part of the page could not be loaded. Check the connection and try again.",
  },

  reactions: {
    title: "Reactions",
    reactWith: "React with",
    moreEmoji: "More emoji…",
    who: "Who reacted…",
    which: "Which reaction",
    you: "You",
    others: (n: number) => count(n, { one: "# other", other: "# others" }),
    showMore: "Show more",
    none: "Nobody reacts to this message any more.",
  },

  emoji: {
    title: "Emoji",
    find: "Find an emoji",
    found: "Found",
    usedLast: "Used last",
    none: "No emoji goes by that name.",
  },

  history: {
    title: "Edits",
    edited: "edited",
    open: "show earlier texts",
    deleted: "This message was deleted, with all that it said before.",
    most: (n: number) => `Only the last ${n} texts are kept.`,
  },

  pins: {
    title: "Pinned messages",
    pinned: "pinned",
    pin: "Pin to room",
    unpin: "Unpin",
    open: "Go to message",
    by: (name: string) => `Pinned by ${name}`,
    none: "Nothing is pinned here. Moderators pin what should be found again, in a message's menu.",
    noneDirect: "Nothing is pinned here. Pin what should be found again, in a message's menu.",
    /** After a person's name; then comes `message`, as a link. */
    event: "pinned",
    message: "a message",
  },

  room: {
    people: (n: number) => count(n, { one: "# person", other: "# people" }),
    notes: "A place for notes to yourself.",
    directBeginning: (name: string) =>
      `This is the beginning of what you and ${name} say to each other. Nobody else reads it.`,
    privateBeginning: (name: string) => `This is the beginning of ${name}. Only its members know that it exists.`,
    beginning: (name: string) => `This is the beginning of ${name}. Say hello below.`,
  },
};

export type Strings = typeof en;
