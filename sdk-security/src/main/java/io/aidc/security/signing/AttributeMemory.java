package io.aidc.security.signing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a signer remembers from one signing of a model to the next, by the marks of its files. */
final class AttributeMemory {
    private final Path stateFile;
    private final ModelTree tree;
    private final Identity signer;
    private final HashState state;
    private final Map<String, FileMark> before;
    private final Instant began;

    private AttributeMemory(
            Path stateFile,
            ModelTree tree,
            Identity signer,
            HashState state,
            Map<String, FileMark> before,
            Instant began) {
        this.stateFile = stateFile;
        this.tree = tree;
        this.signer = signer;
        this.state = state;
        this.before = before;
        this.began = began;
    }

    /** Takes the marks of all files, before any is read. */
    static AttributeMemory open(
            Path stateFile, ModelPlace place, ModelTree tree, List<String> names, SigningPlan plan, Identity signer)
            throws IOException {
        if (place.contains(stateFile)) {
            throw new IllegalArgumentException("the state file must lie outside the model, got " + stateFile);
        }
        HashState state = HashState.read(stateFile, signer.policy(), place.path(), plan.serialization());
        Instant began = Instant.now();
        Map<String, FileMark> before = new LinkedHashMap<>();
        for (String name : names) {
            before.put(name, FileMark.of(tree.attributes(name)));
        }
        return new AttributeMemory(stateFile, tree, signer, state, before, began);
    }

    Map<String, SignedFile> known() {
        return state.known(before);
    }

    /** Keeps the digests of those files that looked the same before and after, and not as if they had just changed. */
    void remember(Statement statement) throws IOException {
        Map<String, HashState.Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, SignedFile> file : statement.files().entrySet()) {
            FileMark mark = FileMark.of(tree.attributes(file.getKey()));
            if (mark.equals(before.get(file.getKey())) && mark.isOlderThan(began)) {
                entries.put(file.getKey(), new HashState.Entry(mark, file.getValue()));
            }
        }
        new HashState(state.model(), state.serialization(), entries).write(stateFile, signer);
    }
}
