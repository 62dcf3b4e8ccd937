package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares a model with what is signed of it. */
record Comparison(Unsigned unsigned, ModelTree.Links allowed, Effort effort) {
    static final Comparison STRICT = new Comparison(Unsigned.REFUSED, ModelTree.Links.REFUSED, Effort.OF_THE_CALLER);

    /** What is done about files that are not signed. */
    enum Unsigned {
        REFUSED,
        IGNORED
    }

    /** How much is compared at once. */
    enum Depth {
        NAMES,
        CONTENT
    }

    Comparison ignoringUnsigned() {
        return new Comparison(Unsigned.IGNORED, allowed, effort);
    }

    Comparison following() {
        return new Comparison(unsigned, ModelTree.Links.FOLLOWED, effort);
    }

    Comparison with(Effort other) {
        return new Comparison(unsigned, allowed, other);
    }

    /** Links are followed if both signer and verifier said so. */
    ModelTree.Links links(Statement statement) {
        return statement.symlinksFollowed() ? allowed : ModelTree.Links.REFUSED;
    }

    static Ignored ignored(Statement statement) {
        return Ignored.VERSION_CONTROL.and(statement.ignored().paths());
    }

    VerifiedModel compare(String model, ModelFiles files, Statement statement, Ignored ignored, Depth depth)
            throws IOException {
        Set<String> present = new LinkedHashSet<>(files.names());
        List<String> missing = new ArrayList<>(statement.files().keySet());
        missing.removeAll(present);
        List<String> extra = unsigned == Unsigned.IGNORED ? List.of() : extra(files, present, statement, ignored);
        Hashing hashing = effort.hashing(files, statement.serialization().hash());
        boolean done = false;
        try {
            List<String> changed = depth == Depth.NAMES ? List.of() : changed(hashing, files, statement, missing);
            if (!missing.isEmpty() || !extra.isEmpty() || !changed.isEmpty()) {
                throw new ModelMismatchException(model, missing, extra, changed);
            }
            VerifiedModel verified = new VerifiedModel(model, statement, hashing);
            done = true;
            return verified;
        } finally {
            if (!done) {
                hashing.close();
            }
        }
    }

    /** In path order. By shards, an empty file has nothing to sign. */
    private static List<String> extra(ModelFiles files, Set<String> present, Statement statement, Ignored ignored)
            throws IOException {
        List<String> extra = new ArrayList<>();
        for (String name : present) {
            boolean known = statement.files().containsKey(name) || ignored.covers(name);
            if (!known && !(statement.serialization().isByShards() && isEmpty(files, name))) {
                extra.add(name);
            }
        }
        extra.sort(ResourceName.ORDER);
        return extra;
    }

    private static boolean isEmpty(ModelFiles files, String name) throws IOException {
        if (!name.equals(ResourceName.SINGLE_FILE) && !ResourceName.isPlain(name)) {
            return false;
        }
        try (var channel = files.open(name)) {
            return channel.size() == 0;
        }
    }

    /** In the order of the signature. */
    private static List<String> changed(Hashing hashing, ModelFiles files, Statement statement, List<String> missing)
            throws IOException {
        Set<String> changed = new LinkedHashSet<>();
        List<Piece> pieces = new ArrayList<>();
        List<String> signed = new ArrayList<>();
        Set<String> absent = Set.copyOf(missing);
        for (Map.Entry<String, SignedFile> entry : statement.files().entrySet()) {
            String name = entry.getKey();
            if (absent.contains(name)) {
                continue;
            }
            if (statement.serialization().isByShards() && !hasSignedSize(files, name, entry.getValue())) {
                changed.add(name);
            } else {
                pieces.addAll(
                        statement.serialization().pieces(name, entry.getValue().size()));
                signed.addAll(entry.getValue().digests());
            }
        }
        String[] found = hashing.digests(pieces);
        for (int i = 0; i < found.length; i++) {
            if (!found[i].equals(signed.get(i))) {
                changed.add(pieces.get(i).file());
            }
        }
        List<String> inOrder = new ArrayList<>(statement.files().keySet());
        inOrder.retainAll(changed);
        return inOrder;
    }

    private static boolean hasSignedSize(ModelFiles files, String name, SignedFile file) throws IOException {
        try (var channel = files.open(name)) {
            return file.hasSize(channel.size());
        }
    }
}
