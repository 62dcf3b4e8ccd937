package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.Printable;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The list of digests in a statement: one for each file, or one for each shard, and the digest over them all. */
final class Resources {
    private static final Pattern SHARD_NAME = Pattern.compile("([^:]*):(0|[1-9][0-9]{0,17}):([1-9][0-9]{0,17})");

    private final Serialization serialization;
    private final MessageDigest root = Sha256.create();
    private final Map<String, List<Shard>> shards = new LinkedHashMap<>();
    private final Map<String, SignedFile> files = new LinkedHashMap<>();

    private record Shard(long start, long end, String digest) {}

    private Resources(Serialization serialization) {
        this.serialization = serialization;
    }

    /** In the order of the files. */
    static Json toJson(Serialization serialization, Map<String, SignedFile> files) {
        List<Json> items = new ArrayList<>();
        Json algorithm = new Json.Text(serialization.algorithm());
        files.forEach((name, file) -> {
            List<Piece> pieces = serialization.pieces(name, file.size());
            for (int i = 0; i < pieces.size(); i++) {
                Piece piece = pieces.get(i);
                String resource = piece.isWhole() ? name : name + ":" + piece.start() + ":" + piece.end();
                items.add(Json.object(
                        "algorithm", algorithm, "digest", file.digests().get(i), "name", resource));
            }
        });
        return new Json.Items(items);
    }

    /** SHA-256 over the digests of all files in their order. */
    static String rootDigest(Map<String, SignedFile> files) {
        MessageDigest root = Sha256.create();
        for (SignedFile file : files.values()) {
            file.digests().forEach(digest -> root.update(HexFormat.of().parseHex(digest)));
        }
        return HexFormat.of().formatHex(root.digest());
    }

    /** Reads the list, which may be in any order, and compares it with the digest over it. */
    static Map<String, SignedFile> parse(Serialization serialization, Json items, String rootDigest)
            throws JsonException {
        Resources resources = new Resources(serialization);
        for (Json item : items.asItems()) {
            resources.add(item);
        }
        if (!rootDigest.equals(HexFormat.of().formatHex(resources.root.digest()))) {
            throw new ModelRejectedException(
                    Reason.BAD_SIGNATURE, "The signed statement's subject does not match its list of files");
        }
        for (Map.Entry<String, List<Shard>> file : resources.shards.entrySet()) {
            resources.files.put(file.getKey(), resources.join(file.getKey(), file.getValue()));
        }
        checkNames(resources.files.keySet());
        return resources.files;
    }

    static void checkNames(Set<String> names) {
        if (!names.equals(Set.of(ResourceName.SINGLE_FILE))) {
            ResourceName.check(names);
        }
    }

    static ModelRejectedException twice(String name) {
        return new ModelRejectedException(
                Reason.UNSAFE_NAME, "The signed statement lists %s twice".formatted(Printable.of(name)));
    }

    private void add(Json item) throws JsonException {
        String algorithm = item.get("algorithm").asText();
        if (!algorithm.equals(serialization.algorithm())) {
            throw Statement.unsupported("algorithm", algorithm, serialization.algorithm() + " here");
        }
        String digest = item.get("digest").asText();
        if (!serialization.hash().isDigest(digest)) {
            throw Statement.malformed("has a digest which is not as long as its hash, in lower-case hex digits");
        }
        root.update(HexFormat.of().parseHex(digest));
        String name = item.get("name").asText();
        if (serialization.isByShards()) {
            addShard(name, digest);
        } else if (files.put(name, SignedFile.whole(digest)) != null) {
            throw twice(name);
        }
    }

    private void addShard(String name, String digest) {
        Matcher parts = SHARD_NAME.matcher(name);
        if (!parts.matches()) {
            throw Statement.malformed("shard name %s is not path:start:end".formatted(Printable.of(name)));
        }
        Shard shard = new Shard(Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3)), digest);
        shards.computeIfAbsent(parts.group(1), file -> new ArrayList<>()).add(shard);
    }

    /** The shards must be those, and all those, into which a file of some size is cut. */
    private SignedFile join(String name, List<Shard> found) {
        found.sort(Comparator.comparingLong(Shard::start));
        long size = found.get(found.size() - 1).end();
        List<String> digests = new ArrayList<>();
        long start = 0;
        for (Shard shard : found) {
            long end = Math.min(size, start + serialization.shardBytes());
            if (shard.start() != start || shard.end() != end || start >= end) {
                throw Statement.malformed("shards of %s leave gaps, overlap or are not of %d bytes"
                        .formatted(Printable.of(name), serialization.shardBytes()));
            }
            digests.add(shard.digest());
            start = end;
        }
        return new SignedFile(size, digests);
    }
}
