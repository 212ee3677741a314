/** The English texts, all of them. They are the shape that every other language has to have (language.ts). */
import { type Direction, isolated } from "../../protocol/text/bidi.ts";
import type { Language } from "../../protocol/settings.ts";
import type { Failure } from "./failure.ts";
import { counter, lister } from "./plural.ts";

const locale = "en-GB";
const count = counter(locale);
const some = lister(locale);
const number = (n: number) => n.toLocaleString(locale);

/** Its own name for itself. */
export const name = "English";

/** What a push notification says that shows no text. */
export const push = "New message";

/** What the chat page says first. */
export const chat = {
  language: "en" as Language,
  /** For dates, numbers and the order of names (BCP 47). */
  locale,
  /** Which way it is read. */
  dir: "ltr" as Direction,

  rooms: {
    invite: "Invite people",
    noCodes: "you have no recovery codes yet",
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
    some: (people: readonly string[]) => some(people, (n) => isolated`${number(n)} others`),
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
    typing: (names: string, people: number) => isolated`${names} ${count(people, { one: "is", other: "are" })} typing`,
    people: (n: number) => count(n, { one: "# person", other: "# people" }),
    notes: "A place for notes to yourself.",
    directBeginning: (name: string) =>
      isolated`This is the beginning of what you and ${name} say to each other. Nobody else reads it.`,
    privateBeginning: (name: string) =>
      isolated`This is the beginning of ${name}. Only its members know that it exists.`,
    beginning: (name: string) => isolated`This is the beginning of ${name}. Say hello below.`,
  },
};

/** How the page names a field that is not as it should be. */
const fields = () =>
  new Map<string, string>([
    ["username", "The username"],
    ["display_name", "The display name"],
    ["password", "The password"],
    ["new_password", "The new password"],
    ["current_password", "The current password"],
    ["name", "The name"],
    ["topic", "The topic"],
    ["content", "A message"],
    ["reason", "The reason"],
  ]);

/** What was refused: the server's own sentence, with a field by the name that the page gives it. */
function refused({ field = "", message }: Failure): string {
  const label = fields().get(field);
  return label !== undefined && message.startsWith(`"${field}"`) ? label + message.slice(field.length + 2) : message;
}

/** What the parts say that the chat page fetches later. */
export const parts = {
  invite: {
    about: "Send this link to the people you want here. It lets them make an account.",
    link: "Invitation link",
    copy: "Copy",
    copied: "Link copied",
    holds: (people: number, days: number) =>
      isolated`Up to ${count(people, { one: "# person", other: "# people" })}, ${
        count(days, { one: "# day", other: "# days" })
      }`,
    change: "Change",
    people: "People",
    days: "Days",
    qr: "Show a QR code",
    qrAbout: "Let people scan it from your screen. It works for one hour.",
    qrName: "QR code of an invitation",
    open: "Invitations that can still be used",
    openAbout: "Who was banned may know one of these links, and could come back with another name.",
    keep: "Keep them",
    revoke: "Revoke all of them",
    left: (people: number) => count(people, { one: "for # more person", other: "for # more people" }),
  },
  steps: {
    title: "First steps",
    done: (n: number, all: number) => isolated`${n} of ${all} done`,
    invite: "Invite people",
    picture: "Add your picture",
    room: "Make or join a room",
    notifications: "Turn on notifications",
    away: "Put these steps away",
    isDone: "done",
    all: "That is all. Have a good time here.",
  },

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
    refused,
  },

  unsent: {
    title: "Not sent",
    gone: "In a room that you are not in any more",
    open: "Go to the room",
  },

  absent: {
    sentence: (names: string, people: number) =>
      isolated`${names} ${
        count(people, {
          one: "is not in this room and was not told.",
          other: "are not in this room and were not told.",
        })
      }`,
    add: (people: number): string => count(people, { one: "Add to the room", other: "Add them to the room" }),
  },

  added: {
    sentence: (name: string) => isolated`${name} added you to this room.`,
    stay: "Stay",
    leave: "Leave…",
  },
};

/** What pages say that the server alone renders: no script has it. */
export const pages = {
  setUp: {
    title: "Set up",
    sentence: "You will administer this server: you name it, invite people, and can change everything later.",
    team: "Your team’s name",
    teamHint: "People see it when they sign in. You can change it later.",
    name: "Your name",
    nameHint: "What others see, in any script",
    usernameHint: "You sign in with it: small letters, digits, and _ . -",
    code: "Set-up code",
    codeHint:
      "It shows that this server is yours. It is in the server’s log, in the line “Register the first account with the set-up code …”.",
    where: "Where is the log?",
    inTerminal: "In a terminal",
    inTerminalHow: "Scroll up to where the server started.",
    inDocker: "With Docker",
    inService: "As a service",
    inDeploy: "On Deno Deploy",
    inDeployHow: "Open the app’s Logs and search for “set-up”.",
    submit: "Set up",
  },

  joining: {
    heading: (team: string) => isolated`Join ${team}`,
    invitedBy: (name: string, team: string) => isolated`${name} invites you to ${team}.`,
    invited: (team: string) => isolated`You are invited to ${team}.`,
    usedUp: "This invitation is used up: as many people came by it as it was for.",
    expired: "This invitation has run out.",
    revoked: "This invitation was taken back.",
    unknown: "This invitation does not exist, or ended long ago. Check that the link is complete.",
    ask: (name: string, username: string) => isolated`Ask ${name} (@${username}) for a new one.`,
    askAdmin: "Ask an administrator of this server for a new one.",
    anyway: "You do not need one: anybody can make an account here.",
    closed: "Nobody can make an account here now. Ask an administrator of this server.",
    byInvitation: "You need an invitation: a link from somebody who is already here, or its code.",
  },

  team: {
    title: "Your team",
    name: "Name",
    nameHint: "It stands in the title of each page, at the sign-in and in invitations.",
    save: "Save",
    picture: "Picture",
    choose: "Choose a picture…",
    remove: "Remove picture",
    failed: "That picture could not be used. Try another one.",
    joining: "Who may come in",
    registration: "Who may make an account?",
    registrations: {
      open: { label: "Anybody who has the address", hint: "Good where only your own people can reach this server." },
      invite: { label: "Only people with an invitation", hint: "A link that somebody here sends them." },
      closed: { label: "Nobody", hint: "Everybody who should be here is here. Invitations do not work meanwhile." },
    },
    locked: "The server’s environment decides this (REGISTRATION), so it cannot be changed here.",
    inviting: "Who may invite?",
    invitings: {
      admins: { label: "Administrators", hint: "Others ask one of them." },
      everyone: { label: "Everybody who is here", hint: "At most 20 open invitations each, of at most 30 days." },
    },
  },

  invitations: {
    cameBy: (names: string) => isolated`Came by it: ${names}`,
    nobodyCame: "Nobody came by it yet.",
    madeBy: (name: string) => isolated`by ${name}`,
    qr: "QR code",
    afterBan: (n: number) =>
      count(n, {
        one: "An invitation can still be used. Who was sent away may know it, and could come back with another name.",
        other:
          "# invitations can still be used. Who was sent away may know one, and could come back with another name.",
      }),
    revokeAll: "Revoke all of them",
    keep: "Keep them",
  },

  app: {
    description: "A calm place for a team to talk.",
    /** A link out of settings and errors. */
    back: "Back to the conversation",
  },

  account: {
    username: "Username",
    displayName: "Display name",
    password: "Password",
  },

  login: {
    title: "Sign in",
    sentence: "A calm place for your team to talk.",
    newHere: "New here?",
    register: "Create an account",
    submit: "Sign in",
    forgot: "Forgot your password?",
  },

  register: {
    sentence: "Pick a name, and you are in.",
    already: "Already have an account?",
    usernameHint: "Small letters, digits, and _ . -",
    displayName: "Display name (optional)",
    displayNameHint: "What others see, in any script",
    passwordHint: (least: number) => isolated`At least ${least} characters`,
    setupCode: "Set-up code",
    setupCodeHint: "The server printed it in its log when it started",
    invitation: "Invitation code",
    invitationHint: "Ask someone who is already here",
    submit: "Create account",
  },

  recover: {
    title: "Forgot your password?",
    sentence: "A recovery code gives you a new one. Without a code, ask the administrator.",
    code: "Recovery code",
    codeHint: "One of the ten that the settings gave you; each works once",
    newPassword: "New password",
    passwordHint: (least: number) => isolated`At least ${least} characters. You are signed out everywhere.`,
    submit: "Set the new password",
    done: "Your new password holds. Sign in with it.",
  },

  recovery: {
    title: "Recovery codes",
    about: "Each gives you a new password once, should you forget yours. Keep them where only you find them.",
    left: (n: number) => n === 0 ? "You have none." : count(n, { one: "You have # left.", other: "You have # left." }),
    once: "These are your codes. They are shown this once; earlier ones do not work any more.",
    make: "Make recovery codes",
    again: "Make new ones",
    noReminder: "Do not remind me of this",
  },

  deletion: {
    title: "Delete account",
    about:
      "You are signed out everywhere and leave your rooms. Your name stays taken, so that nobody can pass for you.",
    ask: "Delete my account…",
    erase: "Erase all that I wrote, too; otherwise it stays under “Deleted user”",
    sure: "I am sure: this cannot be undone",
    submit: "Delete my account",
  },

  admin: {
    title: "Administration",
    link: "Administration",
    sections: {
      overview: "Overview",
      users: "People",
      rooms: "Rooms",
      team: "Your team",
      invitations: "Invitations",
      reports: "Reports",
      audit: "Audit log",
    },
    done: "Done.",
    more: "Show more",
    now: "Now",
    nowHint: "Of all isolates of this process. Collectors read more at /metrics.",
    figures: {
      sockets: "Sockets",
      users: "People connected",
      rooms: "Rooms followed",
      events: "Events a second",
      memory: "Memory",
      uptime: "Running for",
      isolates: "Isolates",
      errors: "Store errors",
    },
    hours: (n: number) =>
      n < 48
        ? isolated`${n.toLocaleString("en-GB", { maximumFractionDigits: 1 })} h`
        : isolated`${Math.round(n / 24)} days`,
    limits: "Limits",
    limitsHint: "The settings in force. They come from the environment and hold from the start of the server.",
    findPerson: "Find a person",
    find: "Find",
    nobody: "Nobody here goes by that name.",
    newPassword: (name: string) =>
      isolated`The new password of @${name}, shown this once. Its recovery codes do not work any more:`,
    since: (time: string) => isolated`Here since ${time}`,
    manage: "Manage",
    reason: "Reason",
    eraseToo: "Erase their messages too",
    sure: "Yes, for good",
    marks: { admin: "administrator", disabled: "disabled", private: "private", readOnly: "read-only", empty: "empty" },
    roomsHint: "Names, numbers and rules alone: what is said in a room is for its members.",
    endsAt: (day: string) => isolated`Nobody is in it; deleted on ${day}, unless somebody gets it`,
    newOwner: "Username",
    noRooms: "There are no rooms.",
    roomFigures: (members: number, messages: number) =>
      isolated`${count(members, { one: "# member", other: "# members" })} · ${
        count(messages, { one: "# message", other: "# messages" })
      }`,
    kept: (days: number) => count(days, { one: "kept for # day", other: "kept for # days" }),
    days: "Days",
    uses: "Accounts",
    noInvitations: "No invitation can be used now. Make one above.",
    invitation: (uses: number, until: string) =>
      isolated`${count(uses, { one: "# account", other: "# accounts" })} until ${until}`,
    noReports: "No report is open. All is calm.",
    reportedBy: (name: string, time: string) => isolated`@${name}, ${time}`,
    direct: "a direct conversation",
    gone: "The message was deleted.",
    auditHint: "Who did what. Entries are only ever added.",
    noAudit: "Nothing was done yet.",
    download: "Download",
    operator: "The operator",
    server: "The server",
    acts: {
      assign: "Give it an owner",
      enable: "Enable",
      disable: "Disable",
      reset: "Reset password",
      signOut: "Sign out everywhere",
      makeAdmin: "Make administrator",
      revokeAdmin: "Take the role away",
      deleteAccount: "Delete account",
      retention: "Set retention (0: as the server has it)",
      readOnly: "Make read-only",
      openRoom: "Let everyone write",
      deleteRoom: "Delete room",
      invite: "Make an invitation",
      revoke: "Revoke",
      dismiss: "Dismiss",
      remove: "Remove message",
      mute: "Mute for a day",
      ban: "Ban from the room",
    },
    audit: {
      message_removed: "removed a message",
      member_removed: "removed a member",
      member_banned: "banned from a room",
      member_unbanned: "lifted a ban",
      member_muted: "muted",
      member_unmuted: "lifted a mute",
      role_changed: "gave a role",
      room_changed: "changed a room",
      room_deleted: "deleted a room",
      report_handled: "dealt with a report",
      account_disabled: "disabled an account",
      account_enabled: "enabled an account",
      account_deleted: "deleted an account",
      admin_granted: "made an administrator",
      admin_revoked: "took the role of administrator away",
      password_reset: "reset a password",
      sessions_ended: "signed out everywhere",
      recovery_codes_made: "made recovery codes",
      account_recovered: "used a recovery code",
      invitation_made: "made an invitation",
      invitation_changed: "changed an invitation",
      server_changed: "changed the server’s name or rules",
      phone_signed_in: "signed a phone in",
      invitation_revoked: "revoked an invitation",
    },
  },

  errors: {
    refused: "That did not work",
    notFound: { title: "Nothing here", message: "This page was removed, or the address has a slip in it." },
    foreign: { title: "Not from here", message: "Open the page on this site itself and send the form again." },
    method: { title: "Not that way", message: "This address does not take that kind of request." },
    broken: {
      title: "Something broke",
      message: "The fault is ours. Nothing you sent before is lost; try again in a moment.",
    },
  },

  settings: {
    title: "Settings",
    signOut: "Sign out of this browser",
    done: {
      profile: "Saved. This is how others see you now.",
      appearance: "Saved.",
      password: "Your password is changed, and your other sessions are signed out.",
      sessions: "Signed out there.",
      blocked: "Unblocked.",
    },
  },

  archive: {
    newer: "Newer messages",
  },

  blocked: {
    title: "Blocked people",
    none: "Nobody. To block somebody, open their profile from the people of a room.",
    unblock: "Unblock",
  },

  profile: {
    title: "Profile",
    color: "Colour",
    colorNumber: (n: number) => isolated`Colour ${n}`,
    save: "Save profile",
    choosePicture: "Choose a picture…",
    removePicture: "Remove picture",
    pictureFailed: "That picture could not be used. Try another one.",
  },

  appearance: {
    title: "Appearance",
    theme: "Theme",
    themes: {
      system: { label: "System", hint: "As this device is set" },
      light: { label: "Light", hint: "Warm paper" },
      dark: { label: "Dark", hint: "Warm night" },
    },
    density: "Density",
    densities: {
      comfortable: { label: "Comfortable", hint: "Room to breathe" },
      compact: { label: "Compact", hint: "More on the screen" },
    },
    language: "Language",
    languageAuto: "As the browser asks",
    time: "Times",
    times: { auto: "As the language writes them", 12: "12 hours (2:05 pm)", 24: "24 hours (14:05)" },
    save: "Save appearance",
    saved: "Saved on all your devices.",
    failed: "That could not be saved. Check the connection and choose again.",
  },

  password: {
    current: "Current password",
    new: "New password",
    hint: (least: number) => isolated`At least ${least} characters. Your other sessions are signed out.`,
    change: "Change password",
  },

  sessions: {
    title: "Where you are signed in",
    end: "Sign out",
    endOf: (device: string) => isolated`Sign out ${device}`,
    endOthers: "Sign out everywhere else",
    thisBrowser: "This browser",
    lastUsed: (time: string) => isolated`Last used ${time}`,
    apiClient: "API client",
    browserOn: (browser: string, system: string) => isolated`${browser} on ${system}`,
    unknownDevice: "Unknown device",
  },

  joinPage: {
    joinRoom: (room: string) => isolated`Join ${room}`,
    about: "A public room. Join it to read what was said and to take part.",
    notNow: "Not now",
  },

  quota: {
    title: "Your files",
    used: (used: string, most: string) => isolated`${used} of ${most} are used`,
    hint: "Deleting a message with files gives their room back.",
  },
};
