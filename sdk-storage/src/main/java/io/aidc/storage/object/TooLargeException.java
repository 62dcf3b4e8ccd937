package io.aidc.storage.object;

import java.io.IOException;
import java.io.Serial;

/** Says that an answer had more bytes than were asked for. */
final class TooLargeException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    TooLargeException(int limit) {
        super("the answer has more than " + limit + " bytes");
    }
}
