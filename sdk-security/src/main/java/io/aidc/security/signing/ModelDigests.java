package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the statement of a model: lists its files, and hashes those of which the digests are not known. */
final class ModelDigests {
    private final ModelFiles files;
    private final SigningPlan plan;
    private final List<String> names;

    /** Lists and checks the names. */
    ModelDigests(ModelFiles files, SigningPlan plan, Ignored ignored) throws IOException {
        this.files = files;
        this.plan = plan;
        this.names = new ArrayList<>();
        for (String name : files.names()) {
            if (!ignored.covers(name)) {
                names.add(name);
            }
        }
        names.sort(ResourceName.ORDER);
        if (!isSingleFile()) {
            ResourceName.check(names);
        }
    }

    List<String> names() {
        return names;
    }

    boolean isSingleFile() {
        return names.equals(List.of(ResourceName.SINGLE_FILE));
    }

    /** A single file has nothing beside it that could be ignored. */
    Statement statement(String modelName, Ignored ignored, Map<String, SignedFile> known) throws IOException {
        return new Statement(
                modelName,
                plan.serialization(),
                digests(known),
                isSingleFile() ? Ignored.NOTHING : ignored,
                plan.links() == ModelTree.Links.FOLLOWED);
    }

    /** What an earlier signature says of the files that did not change since, as the caller tells. */
    Map<String, SignedFile> unchanged(String model, Statement previous, Set<String> changed) throws IOException {
        if (!previous.modelName().equals(model)) {
            throw new ModelRejectedException(
                    Reason.OTHER_MODEL,
                    "The earlier signature is of model %s, this is %s: sign again"
                            .formatted(Printable.of(previous.modelName()), Printable.of(model)));
        }
        if (!previous.serialization().equals(plan.serialization())) {
            throw new ModelRejectedException(
                    Reason.UNSUPPORTED,
                    "The earlier signature has digests %s, this signer makes %s: sign again"
                            .formatted(
                                    previous.serialization().algorithm(),
                                    plan.serialization().algorithm()));
        }
        Set<String> present = new HashSet<>(names);
        for (String name : changed) {
            if (!present.contains(name) && !previous.files().containsKey(name)) {
                throw new IllegalArgumentException("changed names a file that neither is nor was signed: " + name);
            }
        }
        Map<String, SignedFile> kept = new LinkedHashMap<>(previous.files());
        kept.keySet().removeAll(changed);
        kept.keySet().retainAll(present);
        if (plan.serialization().isByShards()) {
            requireSizes(model, kept);
        }
        return kept;
    }

    private void requireSizes(String model, Map<String, SignedFile> kept) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, SignedFile> entry : kept.entrySet()) {
            try (var channel = files.open(entry.getKey())) {
                if (!entry.getValue().hasSize(channel.size())) {
                    wrong.add(entry.getKey());
                }
            }
        }
        if (!wrong.isEmpty()) {
            throw new ModelMismatchException(model, List.of(), List.of(), wrong);
        }
    }

    private Map<String, SignedFile> digests(Map<String, SignedFile> known) throws IOException {
        Serialization serialization = plan.serialization();
        List<String> unknown = new ArrayList<>(names);
        unknown.removeAll(known.keySet());
        try (Hashing hashing = plan.effort().hashing(files, serialization.hash())) {
            long[] sizes = new long[unknown.size()];
            if (serialization.isByShards()) {
                hashing.each(sizes.length, (hasher, i) -> sizes[i] = hasher.size(unknown.get(i)));
            }
            requireFew(known, sizes);
            List<Piece> pieces = new ArrayList<>();
            for (int i = 0; i < sizes.length; i++) {
                pieces.addAll(serialization.pieces(unknown.get(i), sizes[i]));
            }
            String[] digests = hashing.digests(pieces);
            Map<String, SignedFile> fresh = new LinkedHashMap<>();
            int at = 0;
            for (int i = 0; i < sizes.length; i++) {
                int count = (int) serialization.count(sizes[i]);
                if (count > 0) {
                    List<String> own = Arrays.asList(digests).subList(at, at + count);
                    fresh.put(unknown.get(i), serialization.signed(sizes[i], own));
                }
                at += count;
            }
            return inOrder(known, fresh);
        }
    }

    private Map<String, SignedFile> inOrder(Map<String, SignedFile> known, Map<String, SignedFile> fresh) {
        Map<String, SignedFile> all = new LinkedHashMap<>();
        for (String name : names) {
            SignedFile file = known.containsKey(name) ? known.get(name) : fresh.get(name);
            if (file != null) {
                all.put(name, file);
            }
        }
        return all;
    }

    private void requireFew(Map<String, SignedFile> known, long[] sizes) {
        long count = 0;
        for (SignedFile file : known.values()) {
            count += file.digests().size();
        }
        for (long size : sizes) {
            count += Math.min(Statement.MAX_RESOURCES + 1L, plan.serialization().count(size));
        }
        if (count > Statement.MAX_RESOURCES) {
            throw new ModelRejectedException(
                    Reason.UNSUPPORTED,
                    "The model has more than the %d files or shards that a signature lists"
                            .formatted(Statement.MAX_RESOURCES));
        }
    }
}
