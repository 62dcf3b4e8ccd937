package io.aidc.storage.object;

import java.io.IOException;
import java.io.Serial;

/**
 * An answer of an S3 server that is not the one hoped for.
 *
 * <p>What is likely to pass was tried again before. A failed put or delete may have taken effect.
 */
public final class S3Exception extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The HTTP status. */
    private final int status;

    /** The server's word for it, or empty. */
    private final String code;

    S3Exception(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /**
     * Returns the HTTP status.
     *
     * @return 300 to 599
     */
    public int status() {
        return status;
    }

    /**
     * Returns the server's word for what is wrong.
     *
     * @return such as {@code AccessDenied}; empty if it gave none
     */
    public String code() {
        return code;
    }

    boolean mayPass() {
        return switch (status) {
            case 408, 409, 429, 500, 502, 503, 504 -> true;
            default -> code.equals("RequestTimeout") || code.equals("SlowDown");
        };
    }
}
