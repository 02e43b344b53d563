"""Problems that only a socket knows."""

from contracts.http.problems import Kind

UNKNOWN_FRAME = Kind(
    "unknown-frame", 400, "This type of frame is not known", "この種類のフレームは使えません"
)
SOCKET_EXPIRED = Kind(
    "socket-expired", 401, "Connect again with a new ticket", "新しいチケットで接続し直してください"
)
