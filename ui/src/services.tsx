/** What every screen may use: the session and the services. */

import { createContext, useContext, useSyncExternalStore } from "react";
import type { Api } from "./api";
import type { Session } from "./session/session";

export interface Services {
  session: Session;
  api: Api;
}

const Context = createContext<Services | undefined>(undefined);

export const ServicesProvider = Context;

/** Return the session and the services. */
export function useServices(): Services {
  const services = useContext(Context);
  if (!services) throw new Error("useServices needs a ServicesProvider around it");
  return services;
}

/** Return the signed-in person's id, or undefined. */
export function useUserId(): string | undefined {
  const { session } = useServices();
  return useSyncExternalStore(session.onChange, () => session.userId);
}
