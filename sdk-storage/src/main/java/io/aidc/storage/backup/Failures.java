package io.aidc.storage.backup;

import io.aidc.storage.internal.restic.DamagedObjectException;
import io.aidc.storage.internal.restic.LockHeldException;
import io.aidc.storage.internal.restic.PasswordMismatchException;
import java.io.IOException;

/** Names the failures of the repository in the words of this package. */
final class Failures {
    /** Something that may fail on the repository. */
    interface Task<T> {
        T run() throws IOException;
    }

    private Failures() {}

    static <T> T named(Task<T> task) throws IOException {
        try {
            return task.run();
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** The exception callers know, for the first cause that has one. */
    static IOException named(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof PasswordMismatchException) {
                return new WrongPasswordException(e);
            }
            if (cause instanceof LockHeldException) {
                return new RepositoryLockedException(e);
            }
            if (cause instanceof DamagedObjectException damaged) {
                return new DamagedBackupException(damaged.object(), e);
            }
        }
        return e;
    }
}
