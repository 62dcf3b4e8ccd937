package io.aidc.storage.object;

import io.aidc.storage.object.SigV4.Pair;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A request before it is signed.
 *
 * @param path encoded
 * @param body backed by an array of which it is the whole; empty for most
 * @param limit the most bytes an answer may have
 */
record S3Request(String method, String path, List<Pair> query, List<Pair> headers, ByteBuffer body, int limit) {
    private static final int SMALL = 1 << 16;

    S3Request {
        query = List.copyOf(query);
        headers = List.copyOf(headers);
    }

    static S3Request of(String method, String path) {
        return new S3Request(method, path, List.of(), List.of(), ByteBuffer.allocate(0), SMALL);
    }

    S3Request header(String name, String value) {
        List<Pair> more = new ArrayList<>(headers);
        more.add(new Pair(name, value));
        return new S3Request(method, path, query, more, body, limit);
    }

    S3Request parameter(String name, String value) {
        List<Pair> more = new ArrayList<>(query);
        more.add(new Pair(name, value));
        return new S3Request(method, path, more, headers, body, limit);
    }

    S3Request content(byte[] content) {
        return new S3Request(method, path, query, headers, ByteBuffer.wrap(content), limit);
    }

    S3Request atMost(int bytes) {
        return new S3Request(method, path, query, headers, body, bytes);
    }
}
