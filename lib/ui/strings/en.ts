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
