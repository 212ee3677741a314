/** What the chat page says, in English: the table whose shape every other language has to have (`Strings`). */
import type { Failure } from "./error_text.ts";
import { counter, someOf } from "./plural.ts";

const locale = "en-GB";
const count = counter(locale);
const number = (n: number) => n.toLocaleString(locale);

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
    mentions: "mentions of you",
    /** The name of a conversation with oneself. */
    justYou: "Just you",
  },

  switcher: {
    title: "Go to a room",
    none: "No room of yours goes by that name.",
  },

  /** What several parts say: one word for one thing. */
  search: {
    title: "Search messages",
    field: "Search in your rooms…",
    for: (text: string) => `Search messages for “${text}”`,
    busy: "Searching…",
    found: (n: number, more: boolean) => more ? `The newest ${n}` : count(n, { one: "# message", other: "# messages" }),
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
    who: (room: string) => `what you wrote in ${room}`,
    what: "messages with a link; also file, image, code",
    when: "by day: before:, after:, on:",
    keys: "↑ ↓ to walk, Enter to go there, Esc to close",
    example: "release plan",
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
      reason === undefined ? "Removed by a moderator." : `Removed by a moderator: ${reason}`,
    actions: "Message actions",
    menu: "Message",
    react: "React",
    reply: "Reply",
    edit: "Edit",
    more: "More",
    copyText: "Copy text",
    copyLink: "Copy link",
    noClipboard: "This browser lets only pages with https copy.",
    markUnread: "Mark unread",
    delete: "Delete",
    deleteAsk: "Delete…",
    deleted: "This message was deleted.",
    earlier: "An earlier message",
    inReplyTo: "In reply to",
    notSent: "Not sent.",
    retry: "Retry",
  },

  composer: {
    placeholder: (room: string) => `Message ${room}`,
    yours: "Your message",
    edit: "Edit message",
    editing: "Editing your message",
    cancelEdit: "Cancel editing",
    cancelReply: "Cancel reply",
    save: "Save",
    send: "Send",
    tooLong: (most: number, over: number) =>
      `A message has at most ${number(most)} characters; this one is ${number(over)} too long.`,
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

  offline: {
    title: "No connection",
    nothing: "The server cannot be reached, and this browser holds nothing that could be shown here.",
    notThis: "The server cannot be reached, and this page needs it. The last messages are still here.",
    toChat: "Back to the conversation",
    again: "Try again",
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
    you: "You",
    person: "Person",
    add: "Add someone",
    close: "Close people",
    online: "Online",
    offline: "Offline",
    isOnline: "online",
    isOffline: "offline",
    more: "Show more",
    find: "Find a person",
    findHint: "Name or username",
    nobody: "Nobody here goes by that name.",
    message: "Message",
    notes: "Notes to myself",
    editProfile: "Edit profile",
    inRoom: (room: string) => `In ${room}`,
    roleIn: (room: string) => `Role in ${room}`,
    roles: {
      member: { label: "Member", short: "member", hint: "Reads and writes" },
      moderator: {
        label: "Moderator",
        short: "moderator",
        hint: "Also edits the room, deletes messages, removes members",
      },
      owner: { label: "Owner", short: "owner", hint: "Also gives roles and deletes the room" },
    },
    remove: "Remove from room",
    ban: "Ban from room",
    banHint: "Removes them; they cannot come back",
  },

  browse: {
    filter: "Filter rooms",
    filterHint: "Filter by name or topic",
    join: "Join",
    joinRoom: (room: string) => `Join ${room}`,
    open: "Open",
    openRoom: (room: string) => `Open ${room}`,
    none: "No public room yet.",
    noneMatch: "No public room matches.",
    create: "Create one",
    about: "A public room. Join it to read what was said and to take part.",
    notNow: "Not now",
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

  confirm: {
    deleteMessage: "Delete this message?",
    deleteMessageText: "It is removed for everyone, for good. A line stays to say that it was deleted.",
    deleteMessageDo: "Delete message",
    add: (room: string) => `Add someone to ${room}`,
    leave: (room: string) => `Leave ${room}?`,
    leavePrivate: "To come back you need someone in the room to add you.",
    leavePublic: "You can come back whenever you like.",
    leaveDo: "Leave room",
    deleteRoom: (room: string) => `Delete ${room}?`,
    deleteRoomText: "Everything that was said in it is erased for everyone, for good.",
    deleteRoomDo: "Delete room",
  },

  lists: {
    /** "Ada", "Ada and Bo", "Ada, Bo and 3 others". */
    some: (people: readonly string[]) => someOf(people, "and", (n) => `${number(n)} others`),
  },

  files: {
    attach: "Attach files",
    drop: "Drop files to send them here",
    uploading: (name: string) => `Uploading ${name}`,
    sentWhenDone: "Sent as soon as the upload is done.",
    waits: "Waiting for the connection",
    tooLarge: (most: string) => `Too large: at most ${most}`,
    notRead: "It could not be uploaded. Is it still there?",
    tooMany: "A message carries at most nine files. The others were left out.",
    failedFirst: "A file could not be uploaded: try it again, or remove it.",
    retry: (name: string) => `Upload ${name} again`,
    remove: (name: string) => `Remove ${name}`,
    download: "Download",
    close: "Close",
    previous: "Previous picture",
    next: "Next picture",
    position: (n: number, all: number) => `${n} of ${all}`,
  },

  failures: {
    /** The server says it in English already. */
    refused: ({ message }: Failure) => message,
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
    block: "Block",
    unblock: "Unblock",
    about: "Their direct messages are refused, and what they write in rooms collapses for you. They are not told.",
    blocked: "You blocked this person.",
  },

  moderation: {
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
    muted: (until: string) => `You are muted here until ${until}. You can read on.`,
    mutedForGood: "You are muted here until a moderator lifts it. You can read on.",
    readOnly: "This room is for reading: its moderators write here, and everyone can react.",
    mutedEvent: (until: string) => `was muted until ${until}`,
    mutedForGoodEvent: "was muted",
    unmutedEvent: "may speak again",
    because: (reason: string) => ` (${reason})`,
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
    none: "Nobody has called you yet. When someone writes @ and your name, it is found here.",
    everybody: "Call everybody in the room",
    present: "Call those who are here",
  },

  bookmarks: {
    title: "Bookmarks",
    none: "Nothing is kept here yet. Keep a message at hand by its menu; nobody else learns of it.",
    add: "Bookmark",
    remove: "Remove bookmark",
    gone: "This message is not there any more.",
  },

  room: {
    none: "Pick up a conversation",
    noneHint: "Choose a room on the left, find one that is open to all, or start one of your own.",
    all: "All rooms",
    togglePeople: "people; show or hide them",
    menu: "Room menu",
    add: "Add someone…",
    edit: "Edit room…",
    leave: "Leave room…",
    delete: "Delete room…",
    typing: (names: string, people: number) => `${names} ${people === 1 ? "is" : "are"} typing`,
    wasDeleted: (room: string) => `The room "${room}" was deleted.`,
    wasRemoved: (room: string) => `You were removed from "${room}".`,
    people: (n: number) => count(n, { one: "# person", other: "# people" }),
    notes: "A place for notes to yourself.",
    directBeginning: (name: string) =>
      `This is the beginning of what you and ${name} say to each other. Nobody else reads it.`,
    privateBeginning: (name: string) => `This is the beginning of ${name}. Only its members know that it exists.`,
    beginning: (name: string) => `This is the beginning of ${name}. Say hello below.`,
  },
};

export type Strings = typeof en;
