/** The English texts of the parts of the chat page that are loaded on demand. */
import { isolated } from "../../protocol/text/bidi.ts";
import { refusedEn } from "./en_errors.ts";
import { counter } from "./plural.ts";

const count = counter("en-GB");

export const enParts = {
  files: {
    notWhileEditing: "A message that is edited keeps the files it has: send new ones in a new message.",
    tooMany: "A message carries at most nine files. The others were left out.",
    uploading: (name: string) => isolated`Uploading ${name}`,
    sentWhenDone: "Sent as soon as the upload is done.",
    waits: "Waiting for the connection",
    tooLarge: (most: string) => isolated`Too large: at most ${most}`,
    notRead: "It could not be uploaded. Is it still there?",
    retry: (name: string) => isolated`Upload ${name} again`,
    remove: (name: string) => isolated`Remove ${name}`,
    previous: "Previous picture",
    next: "Next picture",
    position: (n: number, all: number) => isolated`${n} of ${all}`,
  },

  switcher: {
    title: "Go to a room",
    none: "No room of yours goes by that name.",
  },

  search: {
    field: "Search in your rooms…",
    for: (text: string) => isolated`Search messages for “${text}”`,
    busy: "Searching…",
    found: (n: number, more: boolean) =>
      more ? isolated`The newest ${n}` : count(n, { one: "# message", other: "# messages" }),
    none: "No message has all of that.",
    noneHint: "Try fewer words, the beginning of one, or another filter.",
    truncated: "There was too much to look at all of it. Add a word or a filter.",
    behind: "The newest messages will be found in a moment.",
    more: "Show more",
    filters: "Filters",
    here: "this room",
    help: "For example",
    both: "messages with both words; the last may be half written",
    phrase: "these words in this order",
    who: (room: string) => isolated`what you wrote in ${room}`,
    what: "messages with a link; also file, image, code",
    when: "by day: before:, after:, on:",
    keys: "↑ ↓ to walk, Enter to go there, Esc to close",
    example: "release plan",
  },

  message: {
    actions: "Message actions",
    menu: "Message",
    react: "React",
    reply: "Reply",
    more: "More",
    copyText: "Copy text",
    selectText: "Select text",
    copyLink: "Copy link",
    noClipboard: "This browser lets only pages with https copy.",
    markUnread: "Mark unread",
    deleteAsk: "Delete…",
  },

  people: {
    you: "You",
    person: "Person",
    find: "Find a person",
    findHint: "Name or username",
    nobody: "Nobody here goes by that name.",
    message: "Message",
    notes: "Notes to myself",
    editProfile: "Edit profile",
    inRoom: (room: string) => isolated`In ${room}`,
    roleIn: (room: string) => isolated`Role in ${room}`,
    remove: "Remove from room",
    ban: "Ban from room",
    banHint: "Removes them; they cannot come back",
    roleNames: {
      member: { label: "Member", hint: "Reads and writes" },
      moderator: { label: "Moderator", hint: "Also edits the room, deletes messages, removes members" },
      owner: { label: "Owner", hint: "Also gives roles and deletes the room" },
    },
  },

  roomForm: {
    create: "Create a room",
    edit: "Edit room",
    name: "Name",
    nameExample: "design, book-club, release-3",
    topic: "Topic (optional)",
    topicHint: "What the room is for, in a sentence",
    who: "Who may read it",
    public: "Public",
    publicHint: "Anyone here can join",
    private: "Private",
    privateHint: "Only people who were added",
    submit: "Create room",
    save: "Save",
    cancel: "Cancel",
  },

  composer: {
    long: "Too long for a message.",
    attachLong: "Attach it as a text file",
  },

  confirm: {
    deleteMessage: "Delete this message?",
    deleteMessageText: "It is removed for everyone, for good. A line stays to say that it was deleted.",
    deleteMessageDo: "Delete message",
    add: (room: string) => isolated`Add someone to ${room}`,
    leave: (room: string) => isolated`Leave ${room}?`,
    leavePrivate: "To come back you need someone in the room to add you.",
    leavePublic: "You can come back whenever you like.",
    leaveDo: "Leave room",
    leaveLast: "You are the last one: leaving deletes the room, with everything that was said in it.",
    leaveLastDo: "Leave and delete room",
    deleteRoom: (room: string) => isolated`Delete ${room}?`,
    deleteRoomText: "Everything that was said in it is erased for everyone, for good.",
    deleteRoomDo: "Delete room",
    dropEdit: "Discard your changes?",
    dropEditText: "What you changed in this message is not saved.",
    dropEditDo: "Discard",
  },

  reactions: {
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
    find: "Find an emoji",
    found: "Found",
    usedLast: "Used last",
    groups: {
      Smileys: "Smileys",
      People: "People",
      Nature: "Nature",
      Food: "Food",
      Travel: "Travel",
      Activities: "Activities",
      Objects: "Objects",
      Symbols: "Symbols",
      Flags: "Flags",
    },
    none: "No emoji goes by that name.",
  },

  history: {
    deleted: "This message was deleted, with all that it said before.",
    most: (n: number) => isolated`Only the last ${n} texts are kept.`,
  },

  pins: {
    pin: "Pin to room",
    unpin: "Unpin",
    by: (name: string) => isolated`Pinned by ${name}`,
    none: "Nothing is pinned here. Moderators pin what should be found again, in a message's menu.",
    noneDirect: "Nothing is pinned here. Pin what should be found again, in a message's menu.",
  },

  blocking: {
    block: "Block",
    unblock: "Unblock",
    about: "Their direct messages are refused, they cannot add you to rooms, and what they write in rooms collapses " +
      "for you. They are not told.",
  },

  moderation: {
    reports: "Reports",
    noReports: "Nothing was reported here.",
    reportGone: "The message was deleted.",
    outcomes: { dismissed: "Dismiss", removed: "Remove message", muted: "Mute for a day", banned: "Ban" },
    removeTitle: "Remove this message?",
    removeText: "It is erased for everyone, for good. The reason stays in its place.",
    remove: "Remove message",
    reason: "Reason (optional)",
    reasonHint: "Everyone in the room reads it",
    auditHint: "For the audit log",
    report: "Report…",
    reportTitle: "Report this message",
    reportText: "The room's moderators and the administrators see the message, your name and what you write here.",
    reportReason: "What is wrong with it?",
    reportSend: "Send report",
    reported: "Reported. Thank you: a moderator will look at it.",
    mute: "Mute",
    unmute: "Unmute",
    muteFor: "Mute for",
    durations: { m10: "10 minutes", h1: "An hour", d1: "A day", d7: "A week", ever: "Until it is lifted" },
    mutedMark: "muted",
    rules: "Rules of the room",
    readOnlyChoice: "Read-only",
    readOnlyHint: "Only moderators and owners write; everyone reacts",
    keep: "Messages are kept",
    keepAsServer: "As the server has it",
    keepDays: (n: number) => count(n, { one: "# day", other: "# days" }),
    keepHint: "Older ones are erased for everyone, for good.",
    edit: "Messages can be edited",
    editAsServer: "As the server has it",
    editMinutes: (n: number) => count(n, { one: "for # minute", other: "for # minutes" }),
  },

  mentions: {
    everybody: "Call everybody in the room",
    present: "Call those who are here",
    none: "Nobody has called you yet. When someone writes @ and your name, it is found here.",
  },

  notify: {
    newMessage: "New message",
    title: "Notifications",
    open: "Notifications…",
    ofRoom: (room: string) => isolated`In ${room}`,
    asUsual: "As usual",
    usually: "Usually",
    levels: { all: "Every message", mentions: "Only when I am called", nothing: "Nothing" },
    direct: "Direct messages are always told, unless this is nothing.",
    quiet: "Quiet hours",
    quiet_from: "From",
    quiet_to: "To",
    sounds: "A soft sound with each notification",
    showText: "Show what was said",
    off: "This browser does not tell you of messages yet.",
    onOpen: "This browser tells you while Parley is open in it.",
    onAlways: "This browser tells you of messages, even while Parley is closed.",
    enable: "Enable notifications",
    enablePush: "Tell me while it is closed, too",
    disablePush: "Only while it is open",
    denied: "This browser was told to show no notifications of this site: allow them in its settings.",
    unsupported: "This browser has no notifications.",
  },

  bookmarks: {
    none: "Nothing is kept here yet. Keep a message at hand by its menu; nobody else learns of it.",
    add: "Bookmark",
    remove: "Remove bookmark",
    gone: "This message is not there any more.",
  },

  room: {
    wasDeleted: (room: string) => isolated`The room "${room}" was deleted.`,
    wasRemoved: (room: string) => isolated`You were removed from "${room}".`,
    edit: "Edit room…",
    leave: "Leave room…",
    delete: "Delete room…",
  },

  offline: {
    title: "No connection",
    nothing: "The server cannot be reached, and this browser holds nothing that could be shown here.",
    notThis: "The server cannot be reached, and this page needs it. The last messages are still here.",
    toChat: "Back to the conversation",
    again: "Try again",
  },

  browse: {
    filter: "Filter rooms",
    filterHint: "Filter by name or topic",
    join: "Join",
    joinRoom: (room: string) => isolated`Join ${room}`,
    open: "Open",
    openRoom: (room: string) => isolated`Open ${room}`,
    none: "No public room yet.",
    noneMatch: "No public room matches.",
    create: "Create one",
  },

  failures: {
    refused: refusedEn,
  },

  unsent: {
    title: "Not sent",
    gone: "In a room that you are not in any more",
    open: "Go to the room",
  },

  absent: {
    sentence: (names: string, people: number) =>
      isolated`${names} ${people === 1 ? "is" : "are"} not in this room and ${people === 1 ? "was" : "were"} not told.`,
    add: (people: number): string => people === 1 ? "Add to the room" : "Add them to the room",
  },

  added: {
    sentence: (name: string) => isolated`${name} added you to this room.`,
    stay: "Stay",
    leave: "Leave…",
  },

  advice: {
    title: "A suggestion",
    sentence: "A forgotten password locks you out. Recovery codes let you back in.",
    make: "Make them now",
  },
};

export type PartStrings = typeof enParts;
