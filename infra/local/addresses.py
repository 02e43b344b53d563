"""Where the local cloud can be reached: for clients as JSON, for people as a table."""

from rich.console import Console
from rich.table import Table

from infra.local.applied import Cloud
from infra.local.place import REGION, SERVICES, STAGE, Place


def addresses(place: Place) -> dict[str, object]:
    """Return every endpoint and id that a client needs."""
    known = Cloud(place).parameters()
    return {
        "stage": STAGE,
        "region": REGION,
        "endpoint": place.endpoint,
        "page": place.page,
        "api": {
            service: known[f"api/{service}/url"] for service in SERVICES if f"api/{service}/url" in known
        },
        "websocket": known.get("websocket/url"),
        "userPoolId": known.get("user-pool-id"),
        "clientId": known.get("client-id"),
        "identityPoolId": known.get("identity-pool-id"),
        "pushSink": place.push_sink,
        "search": place.search_endpoint,
        "traces": place.traces,
    }


def show_addresses(place: Place, say: Console) -> None:
    """Tell a person where to look."""
    table = Table.grid(padding=(0, 2))
    table.add_row("page", f"[bold]{place.page}[/bold]")
    table.add_row("events", f"{place.page}/docs/events.html")
    table.add_row("AWS endpoint", place.endpoint)
    table.add_row("search engine", place.search_endpoint)
    table.add_row("push sink", place.push_sink)
    table.add_row("everything", "make urls")
    say.print(table, highlight=False)
