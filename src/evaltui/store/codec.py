"""Owns how reply bodies are kept small: zstd with a dictionary trained once per run on its first replies."""

from collections.abc import Callable, Sequence

from evaltui.store.database import Store

DICTIONARY_BYTES = 32_768
LEVEL = 2

Squeeze = Callable[[bytes], tuple[str, int | None, bytes]]
"""A body to the codec, dictionary and bytes that `unpack` takes back."""


def squeezer(store: Store, run_id: int, first: Sequence[bytes]) -> Squeeze:
    """How to write the replies of a run; trains its dictionary on `first` if it has none. Inside a transaction."""
    import zstandard

    dictionary_id, dictionary = _dictionary(store, run_id) or _train(store, run_id, first) or (None, None)
    data = None if dictionary is None else zstandard.ZstdCompressionDict(dictionary)
    compress = zstandard.ZstdCompressor(LEVEL, dict_data=data, write_content_size=True).compress

    def squeeze(body: bytes) -> tuple[str, int | None, bytes]:
        small = compress(body)
        return ("zstd", dictionary_id, small) if len(small) < len(body) else ("plain", None, body)

    return squeeze


class Unpacker:
    """Reads bodies back; keeps the last dictionary, so reading a whole run prepares it once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._dictionary_id: int | None = -1
        self._decompress: Callable[[bytes], bytes] = bytes

    def __call__(self, codec: str, dictionary_id: int | None, body: bytes) -> bytes:
        """The body exactly as it was received."""
        if codec == "plain":
            return body
        if dictionary_id != self._dictionary_id:
            self._prepare(dictionary_id)
        return self._decompress(body)

    def _prepare(self, dictionary_id: int | None) -> None:
        import zstandard

        row = self._store.connection.execute(DICTIONARY, (dictionary_id,)).fetchone()
        data = None if row is None else zstandard.ZstdCompressionDict(row[0])
        self._decompress = zstandard.ZstdDecompressor(dict_data=data).decompress
        self._dictionary_id = dictionary_id


DICTIONARY = "SELECT body FROM dictionaries WHERE id = ?"


def _dictionary(store: Store, run_id: int) -> tuple[int, bytes] | None:
    row: tuple[int, bytes] | None = store.connection.execute(DICTIONARY_OF_RUN, (run_id,)).fetchone()
    return row


DICTIONARY_OF_RUN = "SELECT id, body FROM dictionaries WHERE run_id = ?"


def _train(store: Store, run_id: int, first: Sequence[bytes]) -> tuple[int, bytes] | None:
    """None when there is too little to learn from: a dictionary must be small beside what it saves."""
    import zstandard

    if sum(map(len, first)) < 8 * DICTIONARY_BYTES:
        return None
    try:
        body = zstandard.train_dictionary(DICTIONARY_BYTES, list(first)).as_bytes()
    except zstandard.ZstdError:
        return None
    return int(store.connection.execute(INSERT_DICTIONARY, (run_id, body)).lastrowid or 0), body


INSERT_DICTIONARY = "INSERT INTO dictionaries (run_id, body) VALUES (?, ?)"
