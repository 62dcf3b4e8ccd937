package io.aidc.security.signing;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How files are cut into the pieces that are signed, whole files or shards, and how a piece is hashed. */
record Serialization(ModelHash hash, long shardBytes) {
    /** No shards. */
    static final long WHOLE_FILES = 0;

    /** What every reader of JSON can tell from its neighbours. */
    static final long MAX_SHARD_BYTES = 1L << 53;

    static final Serialization DEFAULT = new Serialization(ModelHash.SHA256, WHOLE_FILES);

    boolean isByShards() {
        return shardBytes != WHOLE_FILES;
    }

    /** The pieces of a file. An empty file has no shards. */
    List<Piece> pieces(String file, long size) {
        if (!isByShards()) {
            return List.of(Piece.whole(file));
        }
        List<Piece> pieces = new ArrayList<>();
        long count = count(size);
        for (long i = 0; i < count; i++) {
            long start = i * shardBytes;
            pieces.add(new Piece(file, start, start + Math.min(size - start, shardBytes)));
        }
        return pieces;
    }

    /** How many pieces a file of this size has. */
    long count(long size) {
        return isByShards() ? size / shardBytes + Long.signum(size % shardBytes) : 1;
    }

    SignedFile signed(long size, List<String> digests) {
        return isByShards() ? new SignedFile(size, digests) : SignedFile.whole(digests.get(0));
    }

    /** The name by which each digest in a statement says what it is. */
    String algorithm() {
        return isByShards() ? hash.wireName() + "-sharded-" + shardBytes : hash.wireName();
    }

    Json toJson(Ignored ignored, boolean symlinksFollowed) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("method", new Json.Text(isByShards() ? "shards" : "files"));
        members.put("hash_type", new Json.Text(hash.wireName()));
        if (isByShards()) {
            members.put("shard_size", Json.of(shardBytes));
        }
        members.put("allow_symlinks", Json.of(symlinksFollowed));
        if (!ignored.paths().isEmpty()) {
            members.put("ignore_paths", ignored.toJson());
        }
        return new Json.Members(members);
    }

    static Serialization parse(Json json) throws JsonException {
        String method = json.get("method").asText();
        if (!method.equals("files") && !method.equals("shards")) {
            throw Statement.unsupported("method", method, "files, shards");
        }
        String name = json.get("hash_type").asText();
        ModelHash hash = ModelHash.named(name)
                .orElseThrow(() -> Statement.unsupported("hash_type", name, "sha256, blake2b, blake3"));
        long shardBytes = WHOLE_FILES;
        if (method.equals("shards")) {
            shardBytes = json.get("shard_size").asLong();
            if (shardBytes < 1 || shardBytes > MAX_SHARD_BYTES) {
                throw Statement.malformed("shard_size must be 1 to 2^53, got " + shardBytes);
            }
        }
        return new Serialization(hash, shardBytes);
    }
}
