/** Every route of the API, in the order of the documentation. */
import type { Route } from "../route.ts";
import { accountRoutes } from "./accounts.ts";
import { fileRoutes } from "./files.ts";
import { blockRoutes } from "./blocks.ts";
import { historyRoutes } from "./history.ts";
import { invitationRoutes } from "./invitations.ts";
import { memberRoutes } from "./members.ts";
import { messageRoutes } from "./messages.ts";
import { pinRoutes } from "./pins.ts";
import { ownRoutes } from "./own.ts";
import { moderationRoutes } from "./moderation.ts";
import { roomRoutes } from "./rooms.ts";
import { serverRoutes } from "./server.ts";
import { userRoutes } from "./users.ts";

export const API_ROUTES: readonly Route[] = [
  ...accountRoutes,
  ...invitationRoutes,
  ...userRoutes,
  ...blockRoutes,
  ...roomRoutes,
  ...memberRoutes,
  ...historyRoutes,
  ...messageRoutes,
  ...ownRoutes,
  ...pinRoutes,
  ...fileRoutes,
  ...moderationRoutes,
  ...serverRoutes,
];
