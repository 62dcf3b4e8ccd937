package io.aidc.storage.chunk;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of one file, to be read several times. */
public interface Content {
    /**
     * Opens the bytes from the beginning.
     *
     * @return to be closed by the caller; skipping is cheap
     * @throws IOException if they cannot be opened
     */
    InputStream open() throws IOException;

    /**
     * Says how many bytes there are.
     *
     * @return bytes, ≥ 0
     * @throws IOException if that cannot be found out
     */
    long size() throws IOException;
}
