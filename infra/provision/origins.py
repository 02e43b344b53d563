"""The edge stack's parameters: where the deployed services are, and whom the page may call."""

import os
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from infra.stages import Stage


def edge_parameters(stage: Stage, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the values for the edge template.

    Parameters
    ----------
    variables
        The stage's parameters as variables; services that are not deployed are not among them.
    """
    found = {"ConnectSources": " ".join(_callable(stage, variables))}
    for name, value in variables.items():
        if name.startswith("API_") and name.endswith("_URL"):
            address = urlsplit(value)
            service = name.removeprefix("API_").removesuffix("_URL").capitalize()
            found[f"{service}Host"] = _host(address.hostname)
            found[f"{service}Path"] = address.path
            found["OriginPort"] = str(address.port or 443)
    return found


def _callable(stage: Stage, variables: Mapping[str, str]) -> Iterator[str]:
    """Yield what the page calls besides its own origin: the sockets, sign-in and uploads."""
    if socket := variables.get("WEBSOCKET_URL"):
        address = urlsplit(socket)
        yield f"{address.scheme}://{address.netloc}"
    if stage.emulated:
        endpoint = urlsplit(os.environ["AWS_ENDPOINT_URL"])
        yield f"{endpoint.scheme}://{endpoint.netloc}"
        yield f"{endpoint.scheme}://localhost:{endpoint.port}"
    else:
        yield f"https://cognito-idp.{stage.region}.amazonaws.com"
        yield f"https://cognito-identity.{stage.region}.amazonaws.com"
        yield f"https://{variables['MEDIA_BUCKET']}.s3.{stage.region}.amazonaws.com"
        yield f"https://{variables['MEDIA_BUCKET']}.s3.amazonaws.com"


def _host(name: str | None) -> str:
    """Return a host name: CloudFront takes no addresses as origins."""
    return "localhost" if name in (None, "127.0.0.1") else name
