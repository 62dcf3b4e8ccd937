package io.aidc.training.dist.internal;

import java.io.IOException;

/** Says that a meeting was held and this worker is not part of what came of it, or nothing came of it. */
public final class MeetingRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    MeetingRefusedException(String reason) {
        super(reason);
    }
}
