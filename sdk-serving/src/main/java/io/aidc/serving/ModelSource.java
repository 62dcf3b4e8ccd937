package io.aidc.serving;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a model come from: a file, an array, or a function that decrypts them.
 *
 * <p>The bytes are read each time a server is opened, into a direct buffer that is overwritten with zeros before {@code
 * open()} returns, also when it throws; nothing is written to a disk. Two things are not overwritten: a read-only buffer
 * of {@link #decrypting}, which is left to its owner, and the copies without {@code ZipMap} that are made of a model that is
 * not confidential. Immutable.
 */
public final class ModelSource {
    private static final byte[] ZEROS = new byte[8192];

    private final Reader reader;
    private final boolean confidential;
    private final @Nullable String version;

    private ModelSource(Reader reader, boolean confidential, @Nullable String version) {
        this.reader = reader;
        this.confidential = confidential;
        this.version = version;
    }

    /**
     * Names a file.
     *
     * @param file an ONNX file under 2 GiB, with its weights inside
     * @return the source
     */
    public static ModelSource of(Path file) {
        Objects.requireNonNull(file, "file");
        return new ModelSource(
                new Reader() {
                    @Override
                    public <T> T lend(Function<ByteBuffer, T> user) throws IOException {
                        return lendWiped(read(file), user);
                    }
                },
                false,
                null);
    }

    /**
     * Takes the bytes of a model.
     *
     * @param model an ONNX file; copied
     * @return the source
     */
    public static ModelSource of(byte[] model) {
        byte[] copy = model.clone();
        return new ModelSource(
                new Reader() {
                    @Override
                    public <T> T lend(Function<ByteBuffer, T> user) {
                        return lendWiped(direct(ByteBuffer.wrap(copy)), user);
                    }
                },
                false,
                null);
    }

    /**
     * Takes a function that yields plaintext to be wiped and closed after the load.
     *
     * <p>{@code opener} is called once per load. Its buffer is used as it is when direct, and overwritten with zeros
     * unless it is read-only; a heap buffer is copied to a direct one first, and both are wiped. Then the opened thing
     * is closed, and it stays reachable until then. A runtime that cannot keep the plaintext to itself refuses such a source.
     *
     * @param <T> what holds the plaintext
     * @param opener decrypts; may throw
     * @param plaintext returns the plaintext from position to limit
     * @return the source
     */
    public static <T extends AutoCloseable> ModelSource decrypting(
            Callable<? extends T> opener, Function<? super T, ? extends ByteBuffer> plaintext) {
        Objects.requireNonNull(opener, "opener");
        Objects.requireNonNull(plaintext, "plaintext");
        return new ModelSource(
                new Reader() {
                    // close() may throw InterruptedException, and then the flag is restored by the caller
                    @SuppressWarnings("try")
                    @Override
                    public <R> R lend(Function<ByteBuffer, R> user) throws Exception {
                        try (T opened = opener.call()) {
                            ByteBuffer bytes = plaintext.apply(opened).duplicate();
                            try {
                                return bytes.isDirect() ? user.apply(bytes.slice()) : lendWiped(direct(bytes), user);
                            } finally {
                                wipe(bytes);
                            }
                        }
                    }
                },
                true,
                null);
    }

    /**
     * Gives the model a version that answers will name, instead of the first twelve hex digits of the SHA-256 of its
     * bytes.
     *
     * @param name not blank
     * @return a new source with this version
     * @throws IllegalArgumentException if the name is blank
     * @throws IllegalStateException if this source has a version
     */
    public ModelSource asVersion(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("version must not be blank, got '" + name + "'");
        }
        if (version != null) {
            throw new IllegalStateException("version is '%s', cannot be set to '%s'".formatted(version, name));
        }
        return new ModelSource(reader, confidential, name);
    }

    boolean confidential() {
        return confidential;
    }

    @Nullable
    String version() {
        return version;
    }

    /** Lends the plaintext in a direct buffer for the time of one call. */
    <T> T lend(Function<ByteBuffer, T> user) {
        try {
            return reader.lend(user);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new ModelLoadException(
                    ModelLoadException.Reason.UNREADABLE, "The model could not be read: " + e.getMessage(), e);
        }
    }

    private static <T> T lendWiped(ByteBuffer bytes, Function<ByteBuffer, T> user) {
        try {
            return user.apply(bytes.duplicate());
        } finally {
            wipe(bytes);
        }
    }

    private static ByteBuffer read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                throw new IOException("%s has %d bytes, a model may have at most %d"
                        .formatted(file.getFileName(), size, Integer.MAX_VALUE));
            }
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) size);
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = channel.read(bytes);
            }
            return bytes.flip();
        }
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining())
                .put(bytes.duplicate())
                .flip();
    }

    private static void wipe(ByteBuffer bytes) {
        if (bytes.isReadOnly()) {
            return;
        }
        ByteBuffer left = bytes.duplicate();
        while (left.hasRemaining()) {
            left.put(ZEROS, 0, Math.min(ZEROS.length, left.remaining()));
        }
    }

    private interface Reader {
        <T> T lend(Function<ByteBuffer, T> user) throws Exception;
    }
}
