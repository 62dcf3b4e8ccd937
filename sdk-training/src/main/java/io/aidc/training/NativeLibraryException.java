package io.aidc.training;

/**
 * Says that libtorch could not be loaded. Nothing was trained. A retry in the same process fails again.
 *
 * <p>Usual causes: the artifact with the platform's classifier is not on the class path; the platform has none, such as
 * Linux on ARM; the cache directory cannot be written.
 */
public final class NativeLibraryException extends TrainingException {
    private static final long serialVersionUID = 1;

    NativeLibraryException(Throwable cause) {
        super(
                ("Cannot load libtorch on %s %s (%s). Needed on the class path: org.bytedeco:javacpp, openblas and pytorch "
                                + "with the classifier linux-x86_64, macosx-arm64, macosx-x86_64 or windows-x86_64; there is "
                                + "none for Linux on ARM. About 350 MB are unpacked on first use to ~/.javacpp/cache, or to "
                                + "the directory named by -Dorg.bytedeco.javacpp.cachedir, which must be writable.")
                        .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), cause.getMessage()),
                cause);
    }
}
