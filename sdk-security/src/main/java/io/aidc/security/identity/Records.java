package io.aidc.security.identity;

import io.aidc.security.CredentialException;
import io.aidc.security.CredentialException.Reason;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Records as JSON in a store, changed by compare and set. <em>Thread-safe: as the store is.</em> */
final class Records {
    private static final int MAX_TRIES = 1000;
    private static final int MAX_VALUES = 1000;
    private static final int MAX_NAME_BYTES = 256;

    private final CredentialStore store;

    Records(CredentialStore store) {
        this.store = store;
    }

    /** Makes a record of JSON, or back. */
    interface Reader<T> {
        T read(Json json) throws JsonException;
    }

    /**
     * What to do about a record, and what to tell.
     *
     * @param result for the caller
     * @param writes whether the record changes
     * @param next what it becomes, or null if it goes
     */
    record Change<T>(T result, boolean writes, @Nullable Json next) {
        static <T> Change<T> none(T result) {
            return new Change<>(result, false, null);
        }

        static <T> Change<T> to(Json next, T result) {
            return new Change<>(result, true, next);
        }

        static <T> Change<T> removal(T result) {
            return new Change<>(result, true, null);
        }
    }

    <R> Optional<R> find(String key, Reader<R> reader) {
        return store.find(key).map(bytes -> parsed(key, bytes, reader));
    }

    /** Decides on a record until nobody changed it in between. */
    <R, T> T change(String key, Reader<R> reader, Function<Optional<R>, Change<T>> decision) {
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<byte[]> before = store.find(key);
            Change<T> change = decision.apply(before.map(bytes -> parsed(key, bytes, reader)));
            if (!change.writes() || store.replace(key, before.orElse(null), bytes(change.next()))) {
                return change.result();
            }
        }
        throw new CredentialException(
                Reason.CONTENDED, "Record %s was changed by others %d times".formatted(key, MAX_TRIES));
    }

    /** Reads all records whose key begins so. */
    <R> List<R> all(String prefix, Reader<R> reader) {
        List<R> all = new ArrayList<>();
        for (String key : store.keys(prefix)) {
            find(key, reader).ifPresent(all::add);
        }
        return all;
    }

    /** The key of what belongs to a name. Stores compare keys in their own way, some without regard to case. */
    static String key(String kind, String name) {
        return kind + "/" + HexFormat.of().formatHex(sha256(name.getBytes(StandardCharsets.UTF_8)));
    }

    static String checkedName(String what, String name) {
        int bytes = Objects.requireNonNull(name, what).getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "%s must be 1 to %d bytes in UTF-8, got %d".formatted(what, MAX_NAME_BYTES, bytes));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("%s must be well-formed UTF-16".formatted(what));
        }
        return name;
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing in this JVM", e);
        }
    }

    static Json texts(Collection<String> texts) {
        List<Json> items = new ArrayList<>();
        texts.forEach(text -> items.add(new Json.Text(text)));
        return new Json.Items(items);
    }

    static List<String> texts(Json json) throws JsonException {
        List<String> texts = new ArrayList<>();
        for (Json item : json.asItems()) {
            texts.add(item.asText());
        }
        return List.copyOf(texts);
    }

    static Instant instant(Json json, String name) throws JsonException {
        return Instant.ofEpochMilli(json.get(name).asLong());
    }

    static long epoch(Json json) throws JsonException {
        requireVersion(json);
        return json.get("epoch").asLong();
    }

    static void requireVersion(Json json) throws JsonException {
        if (json.get("v").asLong() != 1) {
            throw new IllegalArgumentException("unknown version");
        }
    }

    private static <R> R parsed(String key, byte[] bytes, Reader<R> reader) {
        try {
            return reader.read(JsonReader.read(bytes, MAX_VALUES));
        } catch (JsonException
                | IllegalArgumentException
                | ArithmeticException e) { // what is wrong may quote the record
            throw new CredentialException(Reason.DAMAGED, "Record %s is damaged".formatted(key));
        }
    }

    private static byte @Nullable [] bytes(@Nullable Json json) {
        return json == null ? null : json.text().getBytes(StandardCharsets.UTF_8);
    }
}
