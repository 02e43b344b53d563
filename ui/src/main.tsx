/** Puts the page together: configuration, session, services, languages, and then the screens. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { apiOf } from "./api";
import { Problem } from "./api/problem";
import { requester } from "./api/request";
import { App } from "./app";
import { readConfig } from "./config";
import { CATALOGUES } from "./i18n/catalogue";
import { currentLanguage, LanguageProvider } from "./i18n/language";
import { ServicesProvider } from "./services";
import { Cognito } from "./session/cognito";
import { Session } from "./session/session";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/screens.css";

const RETRIES = 3;

async function start(page: HTMLElement): Promise<void> {
  const session = new Session(new Cognito(await readConfig()));
  const api = apiOf(requester({ token: session.token, language: currentLanguage }));
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // The socket says what changes; asking again on every focus would only cost.
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        // A refusal stays one however often it is asked for; only trouble passes.
        retry: (count, failure) => count < RETRIES && failure instanceof Problem && failure.passing,
      },
    },
  });
  // Nothing that one person saw may be shown to the next.
  let user = session.userId;
  session.onChange(() => {
    if (session.userId !== user) queries.clear();
    user = session.userId;
  });
  createRoot(page).render(
    <StrictMode>
      <LanguageProvider>
        <QueryClientProvider client={queries}>
          <ServicesProvider value={{ session, api }}>
            <BrowserRouter>
              <App />
            </BrowserRouter>
          </ServicesProvider>
        </QueryClientProvider>
      </LanguageProvider>
    </StrictMode>,
  );
}

const page = document.getElementById("page");
if (page) {
  start(page).catch(() => {
    page.textContent = CATALOGUES[currentLanguage()].errors.unavailable;
  });
}
