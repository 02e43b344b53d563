/** What stays around the screens: the brand, the way to each of them, and where the content is. */

import { useEffect, useRef } from "react";
import { NavLink, Outlet, useLocation } from "react-router";
import type { Notice, Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { useLive } from "../live/LiveProvider";
import { useServices } from "../services";
import { Icon } from "./Icon";
import { useList } from "./useList";

export function Shell({ me }: { me: Profile }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const { live, unheard, noticesSeenAt } = useLive();
  const notices = useList<Notice>(keys.notices, api.notify.notices, ({ id }) => id);
  // Messages have a mark of their own.
  const unseen = notices.items.filter(
    (notice) => notice.kind !== "message" && Date.parse(notice.created_at) > (Date.parse(noticesSeenAt) || 0),
  ).length;
  const content = useContentFocus();

  return (
    <div className="shell">
      <a className="skip" href="#content">{t.skip}</a>
      <header className="rail">
        <NavLink to="/" className="brand">
          <span className="brand-mark" lang="ja">非同期</span>
          <span className="brand-name">hidoki</span>
        </NavLink>
        <nav className="places" aria-label={t.mainNavigation}>
          <Place to="/" icon="home" name={t.home} />
          <Place to="/search" icon="search" name={t.search} />
          <Place to="/notifications" icon="bell" name={t.notifications} count={unseen} />
          <Place to="/messages" icon="talk" name={t.messages} count={unheard.size} />
          <Place to={`/@${me.handle}`} icon="person" name={t.profile} />
        </nav>
        <p className={live ? "line live" : "line"} role="status">{live ? t.live : t.connecting}</p>
        <NavLink to="/settings" className="place settings-link">
          <Icon name="settings" /><span className="place-name">{t.settings}</span>
        </NavLink>
      </header>
      <main id="content" ref={content} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Place({ to, icon, name, count = 0 }: { to: string; icon: Parameters<typeof Icon>[0]["name"]; name: string; count?: number }) {
  const { t } = useSpeech();
  return (
    <NavLink to={to} end={to === "/"} className="place">
      <span className="place-icon">
        <Icon name={icon} />
        {count > 0 && <span className="count" aria-hidden="true">{count > 99 ? "99+" : count}</span>}
      </span>
      <span className="place-name">{name}</span>
      {count > 0 && <span className="unseen">{t.newCount(count)}</span>}
    </NavLink>
  );
}

/** Move the focus to the content when the address changes, as a browser does when it loads a page. */
function useContentFocus() {
  const content = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    window.scrollTo(0, 0);
    // A field that took the focus itself keeps it.
    if (!content.current?.contains(document.activeElement)) content.current?.focus({ preventScroll: true });
  }, [pathname]);
  return content;
}
