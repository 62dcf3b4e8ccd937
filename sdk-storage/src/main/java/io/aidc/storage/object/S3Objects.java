package io.aidc.storage.object;

import io.aidc.storage.object.S3Xml.Page;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects in a bucket of Amazon S3 or of a server that speaks its protocol.
 *
 * <p>A put is one conditional request ({@code If-None-Match: *}); S3 stores an object durably before it answers and
 * shows it to every later read and listing (other servers: see their promises). What may pass is tried again: statuses
 * 408, 409, 429, 500, 502, 503 and 504, broken connections, and answers in which nothing moves for the idle timeout,
 * after random waits whose bound doubles from 100 ms to 20 s. A put whose answer was lost finds out whether the object
 * is its own by a mark in the object's metadata.
 *
 * <p>Bodies are signed by their SHA-256, which also goes into the metadata; an object that is read whole is checked
 * against it. A part is not: check what you know of it. A broken download goes on where it broke off. Redirects are not
 * followed.
 *
 * <p>A listing that does not come in the order of bytes fails (Amazon's directory buckets have none).
 *
 * <p>Objects go in one request, so at most {@link ObjectStore#MAX_BYTES}; there are no multipart uploads. In a bucket
 * that keeps versions a delete only hides an object. Rights needed: list the bucket, get and put objects, and delete
 * them if that is called. Keys begin with the prefix, and {@code .aidc/probe} below it is kept for {@link
 * S3Builder#open}.
 *
 * {@snippet class="io.aidc.storage.object.SnippetsTest" region="s3"}
 *
 * <p>Thread-safe: every call, each blocks its thread; an interrupt ends a call with an {@link
 * java.io.InterruptedIOException}.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html">Amazon S3 API reference</a>
 */
public final class S3Objects implements ObjectStore {
    static final String SHA256_HEADER = "x-amz-meta-aidc-sha256";

    private static final String PUT_HEADER = "x-amz-meta-aidc-put";
    private static final Duration MAX_PRESIGNED = Duration.ofDays(7);
    private static final int PAGE_BYTES = 8 << 20;
    private static final int PAGE_KEYS = 1000;

    private final S3Address address;
    private final S3Client client;
    private final Retries retries;
    private final Puts puts;

    /** How puts are done: without a condition a race can have two winners. */
    record Puts(boolean conditional, Duration retention, Clock clock) {}

    S3Objects(S3Address address, S3Client client, Retries retries, Puts puts) {
        this.address = address;
        this.client = client;
        this.retries = retries;
        this.puts = puts;
    }

    /**
     * Starts to describe a bucket.
     *
     * @return a builder with nothing set
     */
    public static S3Builder builder() {
        return new S3Builder();
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) throws IOException {
        Keys.check(key);
        Keys.checkContent(key, content);
        String mark = UUID.randomUUID().toString();
        S3Request put = put(address.path(key), content).header(PUT_HEADER, mark);
        S3Request locked = puts.retention().isZero() ? put : retained(put);
        return retries.run(
                attempt -> put(key, puts.conditional() ? locked.header("If-None-Match", "*") : locked, mark, attempt));
    }

    private boolean put(String key, S3Request put, String mark, int attempt) throws IOException {
        if (attempt > 1 || !puts.conditional()) {
            Optional<Reception> there = head(key);
            if (there.isPresent()) {
                return there.get().header(PUT_HEADER).equals(mark);
            }
        }
        try {
            client.send(put);
            return true;
        } catch (S3Exception e) {
            if (e.status() != 412) {
                throw e;
            }
            if (attempt > 1) {
                throw new TransientException("the key was taken since it was looked for", e);
            }
            return false;
        }
    }

    private static S3Request put(String path, byte[] content) {
        return S3Request.of("PUT", path)
                .header(SHA256_HEADER, SigV4.sha256(content))
                .content(content);
    }

    private S3Request retained(S3Request put) {
        byte[] md5 = SigV4.digest("MD5", ByteBuffer.wrap(put.body().array()));
        String until = puts.clock()
                .instant()
                .plus(puts.retention())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        return put.header("Content-MD5", Base64.getEncoder().encodeToString(md5))
                .header("x-amz-object-lock-mode", "GOVERNANCE")
                .header("x-amz-object-lock-retain-until-date", until);
    }

    @Override
    public OptionalLong size(String key) throws IOException {
        Keys.check(key);
        Optional<Reception> head = retries.run(attempt -> head(key));
        if (head.isEmpty()) {
            return OptionalLong.empty();
        }
        String length = head.get().header("Content-Length");
        try {
            return OptionalLong.of(Long.parseLong(length));
        } catch (NumberFormatException e) {
            throw new IOException("object %s has no length, got '%s'".formatted(key, length), e);
        }
    }

    /** Looks for an object once. */
    private Optional<Reception> head(String key) throws IOException {
        S3Request head = S3Request.of("HEAD", address.path(key));
        var reception = new Reception(head.limit());
        try {
            client.send(head, reception);
            return Optional.of(reception);
        } catch (S3Exception e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public byte[] get(String key) throws IOException {
        Keys.check(key);
        var download =
                new Download(client, S3Request.of("GET", address.path(key)).atMost(MAX_BYTES));
        try {
            return retries.run(download::attempt);
        } catch (S3Exception e) {
            throw absentOr(key, e);
        }
    }

    @Override
    public byte[] get(String key, long offset, int length) throws IOException {
        Keys.check(key);
        Keys.checkRange(offset, length);
        if (length == 0) {
            return nothing(key, offset); // a range of HTTP cannot be empty
        }
        String range = offset + "-" + (offset + length - 1);
        S3Request part = S3Request.of("GET", address.path(key))
                .header("Range", "bytes=" + range)
                .atMost(length);
        try {
            return retries.run(attempt -> part(part, range, length));
        } catch (S3Exception e) {
            if (e.status() == 416) {
                throw (EOFException) Keys.shorter(key, offset, length).initCause(e);
            }
            throw absentOr(key, e);
        }
    }

    private byte[] part(S3Request request, String range, int length) throws IOException {
        var reception = new Reception(request.limit());
        byte[] part = client.send(request, reception);
        String told = reception.header("Content-Range");
        if (reception.status() != 206 || !told.startsWith("bytes " + range + "/") || part.length != length) {
            throw new EOFException("asked for bytes %s of %s, answered status %d with %d bytes and range '%s'"
                    .formatted(range, request.path(), reception.status(), part.length, told));
        }
        return part;
    }

    private byte[] nothing(String key, long offset) throws IOException {
        long size = size(key).orElseThrow(() -> new NoSuchFileException(key));
        if (offset > size) {
            throw Keys.shorter(key, offset, 0);
        }
        return new byte[0];
    }

    private static IOException absentOr(String key, S3Exception failure) {
        boolean absent = failure.status() == 404 && !failure.code().equals("NoSuchBucket");
        return absent ? (IOException) new NoSuchFileException(key).initCause(failure) : failure;
    }

    @Override
    public void list(String prefix, Consumer<Listed> visitor) throws IOException {
        Objects.requireNonNull(visitor, "visitor");
        client.refuseWhenClosed();
        if (Keys.canBegin(Objects.requireNonNull(prefix, "prefix"))) { // servers do strange things with others
            listAll(address.prefix() + prefix, visitor);
        }
    }

    private void listAll(String prefix, Consumer<Listed> visitor) throws IOException {
        S3Request first = listing(PAGE_KEYS).parameter("encoding-type", "url").parameter("prefix", prefix);
        S3Request next = first;
        String last = "";
        String token = "";
        boolean more = true;
        while (more) {
            Page page = S3Xml.page(send(next));
            for (Listed found : page.objects()) {
                last = inOrder(last, found.key(), prefix);
                String key = found.key().substring(address.prefix().length());
                if (Keys.isKey(key)) {
                    visitor.accept(new Listed(key, found.bytes()));
                }
            }
            more = !page.next().isEmpty();
            if (more && page.next().equals(token)) {
                throw new IOException(
                        "the listing does not go on: page '%s' names itself as the next".formatted(token));
            }
            token = page.next();
            next = first.parameter("continuation-token", token);
        }
    }

    private byte[] send(S3Request request) throws IOException {
        return retries.run(attempt -> client.send(request));
    }

    private static String inOrder(String last, String key, String prefix) throws IOException {
        if (!key.startsWith(prefix) || Keys.ORDER.compare(last, key) >= 0) {
            throw new IOException("the listing must be in order and begin with '%s', got '%s' after '%s'"
                    .formatted(prefix, key, last));
        }
        return key;
    }

    private S3Request listing(int keys) {
        return S3Request.of("GET", address.path())
                .parameter("list-type", "2")
                .parameter("max-keys", Integer.toString(keys))
                .atMost(PAGE_BYTES);
    }

    @Override
    public void delete(String key) throws IOException {
        Keys.check(key);
        try {
            send(S3Request.of("DELETE", address.path(key)));
        } catch (S3Exception e) {
            if (!(absentOr(key, e) instanceof NoSuchFileException)) {
                throw e;
            }
        }
    }

    /**
     * Makes an address from which anybody who has it can get an object, with no other key, until it expires. No request
     * is sent. A temporary key's address expires with the key.
     *
     * @param key a relative name; need not exist
     * @param valid 1 second to 7 days, in whole seconds
     * @return the address; keep it as secret as the object
     * @throws IllegalArgumentException if the key is not allowed or the time out of range
     */
    public URI presign(String key, Duration valid) {
        Keys.check(key);
        if (!valid.equals(valid.truncatedTo(ChronoUnit.SECONDS))
                || valid.compareTo(Duration.ofSeconds(1)) < 0
                || valid.compareTo(MAX_PRESIGNED) > 0) {
            throw new IllegalArgumentException("valid must be 1 s to 7 days in whole seconds, got " + valid);
        }
        return client.presigned(address.path(key), valid);
    }

    /** Fails unless the bucket is there and, where puts rely on it, a conditional put is one. */
    void probe() throws IOException {
        S3Xml.page(send(listing(1)));
        if (puts.conditional() && putProbe() && putProbe()) {
            throw racing("ignores If-None-Match: two puts of one key both succeeded", null);
        }
    }

    private IOException racing(String how, @Nullable Throwable cause) {
        return new IOException(
                "%s %s, so a race could have two winners; use another server, or tolerateRacingPuts() if one writes"
                        .formatted(address, how),
                cause);
    }

    /** The probe stays, so that most openings need one request and locks on objects do not matter. */
    private boolean putProbe() throws IOException {
        byte[] content = {};
        S3Request put = put(address.path(Keys.RESERVED + "/probe"), content).header("If-None-Match", "*");
        try {
            send(put);
            return true;
        } catch (S3Exception e) {
            if (e.status() == 412) {
                return false;
            }
            throw e.status() == 501 ? racing("does not know If-None-Match", e) : e;
        }
    }

    /**
     * Breaks off running calls, which end with an {@link IOException}. Later calls throw {@link IllegalStateException}.
     */
    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "S3Objects[" + address + "]";
    }
}
