package io.aidc.storage.internal.restic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A directory: its entries in the order of their names as UTF-8 bytes. */
public record Tree(List<TreeNode> nodes) {
    private static final Comparator<TreeNode> BY_NAME =
            (a, b) -> Arrays.compareUnsigned(utf8(a.name()), utf8(b.name()));

    public Tree {
        nodes = nodes.stream().sorted(BY_NAME).toList();
        for (int i = 1; i < nodes.size(); i++) {
            if (nodes.get(i).name().equals(nodes.get(i - 1).name())) {
                throw new IllegalArgumentException("a directory has two entries of one name");
            }
        }
    }

    /**
     * @throws IllegalArgumentException if that is no directory
     */
    static Tree parse(byte[] utf8) {
        List<TreeNode> nodes = new ArrayList<>();
        for (JsonObject node : Json.parse(utf8).objects("nodes")) {
            nodes.add(TreeNode.parse(node));
        }
        return new Tree(nodes);
    }

    /** The blob's bytes; restic wants a line feed at the end. */
    public byte[] encode() {
        List<Map<String, @Nullable Object>> list =
                nodes.stream().map(TreeNode::toJson).toList();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("nodes", list);
        byte[] bytes = Json.write(json);
        byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        return line;
    }

    private static byte[] utf8(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
