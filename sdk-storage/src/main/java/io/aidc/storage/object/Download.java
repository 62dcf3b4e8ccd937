package io.aidc.storage.object;

import java.io.IOException;
import java.util.Arrays;

/**
 * Reads one object whole, over several tries: each goes on where the last one broke off, if it is still the same
 * object.
 *
 * <p>Confined: one thread.
 */
final class Download {
    private final S3Client client;
    private final S3Request whole;
    private byte[] received = {};
    private String tag = "";

    /** @param whole a GET without a range */
    Download(S3Client client, S3Request whole) {
        this.client = client;
        this.whole = whole;
    }

    byte[] attempt(int number) throws IOException {
        var reception = new Reception(whole.limit());
        byte[] content;
        try {
            content = joined(client.send(request(), reception), reception);
        } catch (TransientException e) {
            keep(reception);
            throw e;
        } catch (S3Exception e) {
            if (received.length > 0 && (e.status() == 412 || e.status() == 416)) {
                received = new byte[0];
                throw new TransientException("the object changed while it was read; starts again", e);
            }
            throw e;
        }
        check(content, reception);
        return content;
    }

    private S3Request request() {
        return received.length == 0
                ? whole
                : whole.header("Range", "bytes=" + received.length + "-").header("If-Match", tag);
    }

    private void keep(Reception reception) {
        if (isWhole(reception) || isRest(reception)) {
            tag = reception.header("ETag");
            byte[] all = appended(isRest(reception) ? received : new byte[0], reception.received());
            received = tag.isEmpty() ? new byte[0] : all;
        }
    }

    private byte[] joined(byte[] content, Reception reception) throws IOException {
        if (isWhole(reception)) {
            return content;
        }
        if (isRest(reception)) {
            return appended(received, content);
        }
        throw new IOException("asked for the bytes from %d on, answered status %d with range '%s'"
                .formatted(received.length, reception.status(), reception.header("Content-Range")));
    }

    private boolean isRest(Reception reception) {
        return received.length > 0
                && reception.status() == 206
                && reception.header("Content-Range").startsWith("bytes " + received.length + "-");
    }

    private static boolean isWhole(Reception reception) {
        return reception.status() == 200;
    }

    private void check(byte[] content, Reception reception) throws IOException {
        if (content.length > whole.limit()) {
            throw new TooLargeException(whole.limit());
        }
        String expected = reception.header(S3Objects.SHA256_HEADER);
        if (!expected.isEmpty() && !expected.equals(SigV4.sha256(content))) {
            received = new byte[0];
            throw new TransientException(
                    "the object's SHA-256 must be %s, got %s".formatted(expected, SigV4.sha256(content)));
        }
    }

    private static byte[] appended(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
