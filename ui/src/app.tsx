/** Which screen is shown: by who is there first, then by address. */

import { useQuery } from "@tanstack/react-query";
import { Route, Routes } from "react-router";
import { Problem } from "./api/problem";
import { keys } from "./live/feed";
import { LiveProvider } from "./live/LiveProvider";
import { AnnouncerProvider } from "./parts/Announcer";
import { Failure, Loading } from "./parts/states";
import { Shell } from "./parts/Shell";
import { Account } from "./screens/Account";
import { Conversation } from "./screens/Conversation";
import { FirstProfile } from "./screens/FirstProfile";
import { Home } from "./screens/Home";
import { Messages } from "./screens/Messages";
import { NotFound } from "./screens/NotFound";
import { Notifications } from "./screens/Notifications";
import { PostPage } from "./screens/PostPage";
import { ProfilePage } from "./screens/ProfilePage";
import { Search } from "./screens/Search";
import { Settings } from "./screens/Settings";
import { useServices, useUserId } from "./services";

export function App() {
  const userId = useUserId();
  return <AnnouncerProvider>{userId ? <SignedIn key={userId} userId={userId} /> : <Account />}</AnnouncerProvider>;
}

function SignedIn({ userId }: { userId: string }) {
  const { api } = useServices();
  const me = useQuery({
    queryKey: keys.me,
    queryFn: api.posts.me,
    staleTime: Number.POSITIVE_INFINITY,
    // Here a profile that is missing is an answer, not trouble.
    retry: (count, failure) => count < 2 && failure instanceof Problem && failure.passing && failure.status !== 409,
  });

  if (me.isPending) return <main className="alone"><Loading /></main>;
  if (me.error && !me.data) {
    const profileless = me.error instanceof Problem && ["profile-required", "not-found"].includes(me.error.slug);
    if (profileless) return <FirstProfile />;
    return <main className="alone"><Failure failure={me.error} retry={() => void me.refetch()} /></main>;
  }
  return (
    <LiveProvider userId={userId}>
      <Routes>
        <Route element={<Shell me={me.data} />}>
          <Route index element={<Home me={me.data} />} />
          <Route path="search" element={<Search />} />
          <Route path="notifications" element={<Notifications />} />
          <Route path="messages" element={<Messages me={me.data} />} />
          <Route path="messages/:channel" element={<Conversation me={me.data} />} />
          <Route path="posts/:post" element={<PostPage me={me.data} />} />
          <Route path="settings" element={<Settings me={me.data} />} />
          <Route path=":person" element={<ProfilePage me={me.data} />} />
          <Route path="*" element={<NotFound />} />
        </Route>
      </Routes>
    </LiveProvider>
  );
}
